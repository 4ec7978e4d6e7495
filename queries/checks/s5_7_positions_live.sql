/*---
title  = "Positions update live"
item   = "S5.7"
line   = "Positions update live when the backend broadcasts `positions_update`"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "received a live update"
feature = "Positions"
means  = "A broadcast that the device logged."
---*/
SELECT tester, COUNT(*) AS seen, 0 AS bad, '' AS reason, MIN(ts) AS first_at
FROM logs
WHERE event = 'positions.update' AND tier = 'device' AND period = 'beta' AND tester IS NOT NULL
GROUP BY tester
ORDER BY tester
