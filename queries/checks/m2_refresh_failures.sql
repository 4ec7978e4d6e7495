/*---
title  = "Token refreshes do not fail"
item   = "M2"
line   = "Token refresh failures from mobile clients are zero"
effect = "blocker"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["logs.auth"]
duration = true
means  = "No failed refresh of a mobile client outside drills, in at least 59 attempts."
---*/
WITH served AS (
  SELECT COUNT(*) AS attempts FROM logs
  WHERE event = 'request' AND tier = 'server' AND service IN {{ auth_services }} AND client = {{ cohort }}
    AND period = 'beta' AND drill = 0 AND route LIKE '%/refresh'
),
-- One request is on up to three logs, and what never reached the service is only on the outer ones.
failed AS (
  SELECT COUNT(DISTINCT COALESCE(request_id, CONCAT(file, CAST(line AS VARCHAR)))) AS failures FROM logs
  WHERE event = 'request' AND client = {{ cohort }} AND period = 'beta' AND drill = 0 AND route LIKE '%/refresh' AND status >= 400
),
told AS (
  SELECT COUNT(*) AS n FROM logs WHERE event = 'auth.refresh_failed' AND client = {{ cohort }} AND period = 'beta' AND drill = 0
),
counted AS (
  SELECT served.attempts, CASE WHEN told.n > failed.failures THEN told.n ELSE failed.failures END AS failures
  FROM served CROSS JOIN failed CROSS JOIN told
)
SELECT CASE WHEN attempts >= {{ params.min_refresh_attempts }} AND failures = 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN failures > 0 THEN 1 ELSE 0 END AS bad,
  CASE WHEN failures = 0 AND attempts > 0 AND attempts < {{ params.min_refresh_attempts }} THEN 1 ELSE 0 END AS thin,
  CASE WHEN attempts = 0 AND failures = 0 THEN 'no refresh of a mobile client'
    WHEN failures > 0 THEN CONCAT(CAST(failures AS VARCHAR), ' of ', CAST(attempts AS VARCHAR), ' refreshes failed')
    WHEN attempts < {{ params.min_refresh_attempts }} THEN CONCAT('0 of ', CAST(attempts AS VARCHAR), ' refreshes failed; {{ params.min_refresh_attempts }} are needed to say that it is below 5 %')
    ELSE CONCAT('0 of ', CAST(attempts AS VARCHAR), ' refreshes failed') END AS reason,
  attempts, failures,
  failures AS measured_k, attempts AS measured_n, 0.05 AS measured_limit
FROM counted
ORDER BY reason
