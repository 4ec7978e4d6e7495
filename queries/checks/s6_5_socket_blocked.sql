/*---
title  = "The socket was blocked"
item   = "S6.5"
line   = "Disable WebSocket connectivity (e.g., block the Socket.IO port via network settings)"
effect = "action"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "blocked the socket"
ask    = "block the socket for some minutes"
means  = "The device's note that begins the exercise."
---*/
SELECT tester, COUNT(*) AS seen, 0 AS bad, '' AS reason, MIN(from_ts) AS first_at
FROM exercises WHERE kind = 'polling'
GROUP BY tester
ORDER BY tester
