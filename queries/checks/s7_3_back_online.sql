/*---
title  = "The app comes back online"
item   = "S7.3"
line   = "Restore network — app reconnects and reloads state without manual intervention"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "came back online"
feature = "Offline"
ask    = "keep the app open after airplane mode"
means  = "Data and a socket within a minute of the end of the exercise, without a login."
---*/
SELECT tester,
  SUM(CASE WHEN data_s <= {{ params.reconnect_seconds }} AND socket_s <= {{ params.reconnect_seconds }} AND login_after = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN login_after > 0 OR (active_after_s > 180 AND data_s IS NULL) OR (data_s > {{ params.reconnect_seconds }} AND active_after_s >= data_s) OR (active_after_s > 180 AND socket_s IS NULL) OR (socket_s > {{ params.reconnect_seconds }} AND active_after_s >= socket_s) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN login_after > 0 OR (active_after_s > 180 AND data_s IS NULL) OR (data_s > {{ params.reconnect_seconds }} AND active_after_s >= data_s) OR (active_after_s > 180 AND socket_s IS NULL) OR (socket_s > {{ params.reconnect_seconds }} AND active_after_s >= socket_s) THEN 'the app did not come back within a minute, or asked to sign in again' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises
WHERE kind = 'offline' AND took_part = 1
GROUP BY tester
ORDER BY tester
