/*---
title  = "The socket comes back"
item   = "S6.7"
line   = "Restore connectivity — app reconnects to WebSocket automatically"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "reconnected the socket"
feature = "Polling"
ask    = "keep the app open after the socket is free again"
means  = "A socket within a minute of the end of the exercise."
---*/
SELECT tester,
  SUM(CASE WHEN socket_s <= {{ params.reconnect_seconds }} OR socket_inside > 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN socket_inside = 0 AND ((active_after_s > 180 AND socket_s IS NULL) OR (socket_s > {{ params.reconnect_seconds }} AND active_after_s >= socket_s)) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN socket_inside = 0 AND ((active_after_s > 180 AND socket_s IS NULL) OR (socket_s > {{ params.reconnect_seconds }} AND active_after_s >= socket_s)) THEN 'the socket did not come back within a minute' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises
WHERE kind = 'polling' AND took_part = 1
GROUP BY tester
ORDER BY tester
