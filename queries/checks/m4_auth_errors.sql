/*---
title  = "401 and 403 are at baseline"
item   = "M4"
line   = "Backend `401`/`403` errors are baseline — no increase from mobile auth"
effect = "blocker"
proof  = "machine"
rule   = { kind = "rate_ratio", margin = 2.5 }
needs  = ["logs.api", "logs.gateway"]
unit   = "requests"
bad    = "401 and 403 episodes"
duration = true
attributed = true
means  = "Episodes of 401 and 403 (recovered ones included) in requests of the cohort, against all other clients in beta and baseline: passes where the ratio is below the margin with 95 % confidence."
---*/
SELECT '401/403' AS series, bin_ts, period, cohort, subject, drill, deploy, route, purpose, requests, episodes, errors, kind, request_id, file, line
FROM rates
WHERE class IS NULL OR class IN ('401', '403')
ORDER BY cohort DESC, episodes DESC, series, bin_ts, period, subject, drill, deploy, route, purpose, file, line
