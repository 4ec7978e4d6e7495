/*---
title  = "Maintenance mode blocks access"
item   = "S4.2"
line   = "Reopen (or refresh) the mobile app — it must block access with a maintenance/unavailable screen"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device", "logs.api"]
shows = "saw the maintenance screen"
feature = "Kill switch"
trace = true
ask    = "be in the app while maintenance mode is on"
means  = "The maintenance screen or a refused call inside the drill, no data after a minute of it from the service or the gateway, and the screen on every device that was turned away where others show it."
---*/
WITH others AS (SELECT COUNT(DISTINCT tester) AS n FROM exercises WHERE kind = 'maintenance' AND shown > 0)
SELECT tester,
  SUM(CASE WHEN shown > 0 OR blocked > 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN leaks > 0 OR (shown = 0 AND blocked >= 2 AND others.n > 0) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN leaks > 0 THEN 'data was served during maintenance, a minute and more after it began'
    WHEN shown = 0 AND blocked >= 2 AND others.n > 0 THEN 'the app was turned away and showed no maintenance screen, as it did on other devices' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises CROSS JOIN others
WHERE kind = 'maintenance' AND took_part = 1
GROUP BY tester
ORDER BY tester
