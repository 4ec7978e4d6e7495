/*---
title  = "The backend was stable through a full deploy cycle"
item   = "G5"
line   = "Backend has been stable through at least one full deploy cycle since web cutover"
effect = "blocker"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["deploys", "logs.api", "documents"]
means  = "At least one successful backend deploy between the web cutover and the beta, not followed by one that failed or rolled back, no crash loop."
---*/
WITH cycles AS (
  SELECT COUNT(*) AS n,
    SUM(CASE WHEN state = 'success' AND rollback_of IS NULL THEN 1 ELSE 0 END) AS good,
    MAX(CASE WHEN state = 'success' AND rollback_of IS NULL THEN ts ELSE 0 END) AS last_good,
    MAX(CASE WHEN rollback_of IS NOT NULL OR state IN ('failure', 'error') THEN ts ELSE 0 END) AS last_broken
  FROM deploys
  WHERE service IN {{ api_services }} AND ts >= {{ stage_two }} AND ts < {{ beta_from }}
),
booted AS (
  SELECT ts FROM logs
  WHERE event = 'server.started' AND deploy = 0 AND drill = 0 AND period IN ('baseline', 'beta')
),
-- Hours from the full and from the half hour, so that a loop across the hour is one loop.
full_hours AS (SELECT ts // 3600000 AS hour, COUNT(*) AS n FROM booted GROUP BY ts // 3600000),
half_hours AS (SELECT (ts + 1800000) // 3600000 AS hour, COUNT(*) AS n FROM booted GROUP BY (ts + 1800000) // 3600000),
worst_full AS (SELECT COALESCE(MAX(n), 0) AS n FROM full_hours),
worst_half AS (SELECT COALESCE(MAX(n), 0) AS n FROM half_hours),
loops AS (
  SELECT CASE WHEN worst_full.n >= {{ params.crash_loop_starts }} OR worst_half.n >= {{ params.crash_loop_starts }} THEN 1 ELSE 0 END AS n
  FROM worst_full CROSS JOIN worst_half
)
SELECT
  CASE WHEN cycles.good > 0 AND {{ stage_two }} > 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN loops.n > 0 OR cycles.last_broken > cycles.last_good THEN 1 ELSE 0 END AS bad,
  CASE
    WHEN loops.n > 0 THEN 'the service restarted again and again within an hour, without a deploy'
    WHEN cycles.last_broken > cycles.last_good THEN 'the last deploy between the web cutover and the beta failed or was rolled back'
    WHEN {{ stage_two }} = 0 THEN 'the date of the web cutover is not known'
    WHEN cycles.good > 0 THEN 'deployed since the web cutover and running since, without a crash loop'
    ELSE 'the backend was not deployed between the web cutover and the beta'
  END AS reason,
  cycles.good AS deploys
FROM cycles CROSS JOIN loops
ORDER BY reason
