/*---
title  = "Each tester's socket connects"
item   = "S5.4"
line   = "WebSocket connects to `/trading` namespace (check backend logs: `[API][/trading] Client connected`)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.api"]
shows = "connected to the namespace"
feature = "Overview"
trace = true
ask    = "open the app until the socket connects"
means  = "Connect lines in the backend's log, joined to the tester."
---*/
SELECT tester, COUNT(*) AS seen, 0 AS bad, '' AS reason, MIN(connected_ts) AS first_at
FROM sockets
WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL
GROUP BY tester
ORDER BY tester
