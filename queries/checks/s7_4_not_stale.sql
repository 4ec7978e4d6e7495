/*---
title  = "No stale data is shown offline"
item   = "S7.4"
line   = "No stale or misleading data is shown during the offline period"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "saw no stale data"
feature = "Offline"
ask    = "attest that data shown offline are marked"
means  = "Each tester attests it; stale data in the device log during the exercise refutes it."
---*/
SELECT tester,
  SUM(CASE WHEN 1 = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN stale > 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN stale > 0 THEN 'stale data was shown while offline' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises
WHERE kind = 'offline' AND took_part = 1
GROUP BY tester
ORDER BY tester
