/*---
title  = "Airplane mode was turned on"
item   = "S7.1"
line   = "Enable airplane mode while the app is running"
effect = "action"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "turned airplane mode on"
ask    = "turn airplane mode on while the app is open"
means  = "The device's note that begins the exercise."
---*/
SELECT tester, COUNT(*) AS seen, 0 AS bad, '' AS reason, MIN(from_ts) AS first_at
FROM exercises WHERE kind = 'offline'
GROUP BY tester
ORDER BY tester
