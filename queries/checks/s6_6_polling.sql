/*---
title  = "The app falls back to polling"
item   = "S6.6"
line   = "App falls back to polling — data still refreshes (may be slower)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "fell back to polling"
feature = "Polling"
trace = true
ask    = "keep the app open while the socket is blocked"
means  = "The fallback and at least two good reads while the socket was blocked."
---*/
SELECT tester,
  SUM(CASE WHEN shown > 0 AND reads_ok >= {{ params.polling_reads }} AND disabled = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN disabled > 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN disabled > 0 THEN 'the fallback was turned off' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises
WHERE kind = 'polling' AND took_part = 1
GROUP BY tester
ORDER BY tester
