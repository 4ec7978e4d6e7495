/*---
title  = "The app recovers after maintenance"
item   = "S4.4"
line   = "App recovers without requiring a reinstall or manual sign-in"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "recovered without signing in"
feature = "Kill switch"
trace = true
ask    = "stay in the app until maintenance mode is off again"
means  = "Data after the drill's end, no login, and no flag that was kept."
---*/
SELECT tester,
  SUM(CASE WHEN (cleared > 0 OR data_s IS NOT NULL) AND stuck = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN stuck > 0 OR login_after > 0 OR (active_after_s > 180 AND data_s IS NULL) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN stuck > 0 OR login_after > 0 OR (active_after_s > 180 AND data_s IS NULL) THEN 'the app stayed blocked, or asked to sign in again' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises
WHERE kind = 'maintenance' AND took_part = 1
GROUP BY tester
ORDER BY tester
