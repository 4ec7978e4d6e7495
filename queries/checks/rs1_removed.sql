/*---
title  = "The build was removed"
item   = "RS1"
line   = "Remove the beta build from TestFlight / Play Internal Testing"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["audit", "logs.api"]
means  = "The distribution was removed and the build's traffic is zero from half an hour later."
---*/
-- Testers may go back to an earlier build that was not removed.
WITH pulled AS (
  SELECT DISTINCT target AS pulled_build FROM audit
  WHERE action = 'distribution.removed' AND target IN {{ builds }} AND ts >= {{ beta_from }}
),
removed AS (SELECT COUNT(*) AS n FROM pulled),
traffic AS (
  SELECT COUNT(*) AS n FROM logs JOIN pulled ON logs.build = pulled.pulled_build
  WHERE event = 'request' AND tier IN ('gateway', 'server') AND client = {{ cohort }}
    AND {{ contained }} > 0 AND ts >= {{ contained }} + 60000 * {{ params.rollback_quiet_minutes }} AND ts < {{ beta_to }}
)
SELECT CASE WHEN removed.n > 0 AND traffic.n = 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN removed.n > 0 AND traffic.n > 0 THEN 1 ELSE 0 END AS bad,
  CASE WHEN {{ contained }} = 0 THEN 1 ELSE 0 END AS na,
  CASE WHEN {{ contained }} = 0 THEN 'no rollback took place' WHEN removed.n = 0 THEN 'no event removes the build'
    WHEN traffic.n > 0 THEN 'the pulled build was still in use half an hour later'
    ELSE 'the build was removed and its traffic ended' END AS reason,
  traffic.n AS calls_after
FROM removed CROSS JOIN traffic
ORDER BY reason
