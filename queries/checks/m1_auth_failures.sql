/*---
title  = "Auth failures are at baseline"
item   = "M1"
line   = "Platform auth failure rate is baseline — no spike correlated with mobile sessions"
effect = "blocker"
proof  = "machine"
rule   = { kind = "rate_ratio", margin = 2.5, share = 0.05 }
needs  = ["logs.auth"]
unit   = "attempts"
bad    = "failures"
duration = true
attributed = true
means  = "Failed logins and failed refreshes of the cohort, each against all other clients in beta and baseline: fails where one of them is clearly more frequent; passes where neither is and both together are below 5 % of the attempts with 95 % confidence."
---*/
SELECT CASE WHEN purpose = 'sign_in' THEN 'logins' ELSE 'refreshes' END AS series, bin_ts, period, cohort, subject, drill, deploy, route, purpose, requests, episodes, errors, kind, request_id, file, line
FROM rates
WHERE purpose IN ('sign_in', 'refresh')
ORDER BY cohort DESC, episodes DESC, series, bin_ts, period, subject, drill, deploy, route, purpose, file, line
