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
means  = "The maintenance screen or a refused call inside the drill, and no data after a minute of it."
---*/
SELECT tester,
  SUM(CASE WHEN shown > 0 OR blocked > 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN leaks > 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN leaks > 0 THEN 'data was served during maintenance, a minute and more after it began' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises
WHERE kind = 'maintenance' AND took_part = 1
GROUP BY tester
ORDER BY tester
