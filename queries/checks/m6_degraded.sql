/*---
title  = "The app is rarely degraded"
item   = "M6"
line   = "Mobile degraded/offline state frequency is low (expected: near zero on good networks)"
effect = "advisory"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["logs.device"]
duration = true
means  = "At most 1 % of active time degraded outside drills, and no stretch above a minute."
---*/
WITH counted AS (
  SELECT SUM(seconds) AS active, SUM(degraded_s) AS degraded, MAX(degraded_most_s) AS longest, COUNT(*) AS n
  FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND on_device = 1 AND tester IS NOT NULL
)
SELECT CASE WHEN n > 0 AND active > 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN degraded > {{ params.degraded_share }} * active OR longest > {{ params.degraded_seconds }} THEN 1 ELSE 0 END AS bad,
  CASE WHEN n = 0 OR active <= 0 THEN 'no device reports its state'
    WHEN longest > {{ params.degraded_seconds }} THEN 'a device was degraded for more than a minute outside drills'
    WHEN degraded > {{ params.degraded_share }} * active THEN 'more than 1 % of the active time was degraded'
    ELSE CONCAT(CAST(ROUND(degraded, 0) AS VARCHAR), ' s degraded in ', CAST(ROUND(active / 60, 0) AS VARCHAR), ' active minutes') END AS reason,
  degraded AS degraded_s, active AS active_s, longest AS longest_s,
  CASE WHEN active > 0 THEN degraded / active END AS measured, {{ params.degraded_share }} AS measured_limit
FROM counted
ORDER BY reason
