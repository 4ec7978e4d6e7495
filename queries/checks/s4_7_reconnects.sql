/*---
title  = "The app reconnects by itself"
item   = "S4.7"
line   = "Restart the backend — app reconnects automatically and restores live state"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "reconnected by themselves"
feature = "Degraded"
ask    = "stay in the app until the backend is back"
means  = "A socket within a minute of the drill's end, without a login."
---*/
SELECT tester,
  SUM(CASE WHEN socket_s <= {{ params.reconnect_seconds }} AND login_after = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN login_after > 0 OR (active_after_s > 180 AND socket_s IS NULL) OR (socket_s > {{ params.reconnect_seconds }} AND active_after_s >= socket_s) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN login_after > 0 OR (active_after_s > 180 AND socket_s IS NULL) OR (socket_s > {{ params.reconnect_seconds }} AND active_after_s >= socket_s) THEN 'the app did not reconnect within a minute, or asked to sign in again' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises
WHERE kind = 'backend-stop' AND took_part = 1
GROUP BY tester
ORDER BY tester
