/*---
title  = "Backend error rate rises after mobile connects"
item   = "R5"
line   = "Backend error rate increases after mobile connections are established"
effect = "trigger"
proof  = "machine"
rule   = { kind = "rate_ratio", margin = 2.5, onset = true }
needs  = ["logs.api", "logs.gateway"]
unit   = "requests"
bad    = "5xx episodes"
attributed = true
means  = "Episodes of server errors in requests of the cohort against all others, and day by day by a test that may be looked at again and again: an e-value of 100 or a failed comparison fires, 20 holds."
---*/
SELECT '5xx' AS series, bin_ts, period, cohort, subject, drill, deploy, route, purpose, requests, episodes, errors, kind, request_id, file, line
FROM rates
WHERE class IS NULL OR class = '5xx'
ORDER BY cohort DESC, episodes DESC, series, bin_ts, period, subject, drill, deploy, route, purpose, file, line
