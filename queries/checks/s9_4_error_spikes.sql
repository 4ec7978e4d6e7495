/*---
title  = "No error spikes with mobile connections"
item   = "S9.4"
line   = "Monitor backend logs for unusual error spikes correlated with mobile connections"
effect = "blocker"
proof  = "machine"
rule   = { kind = "rate_ratio", margin = 2.5 }
needs  = ["logs.api", "logs.gateway"]
unit   = "requests"
bad    = "5xx episodes"
duration = true
attributed = true
means  = "Episodes of server errors in requests of the cohort, against all other clients in beta and baseline: passes where the ratio is below the margin with 95 % confidence and no burst on a route of the cohort began after its first connect."
---*/
SELECT '5xx' AS series, bin_ts, period, cohort, subject, drill, deploy, route, purpose, requests, episodes, errors, kind, request_id, file, line
FROM rates
WHERE class IS NULL OR class = '5xx'
ORDER BY cohort DESC, episodes DESC, series, bin_ts, period, subject, drill, deploy, route, purpose, file, line
