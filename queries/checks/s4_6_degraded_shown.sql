/*---
title  = "A stopped backend is shown as degraded"
item   = "S4.6"
line   = "App shows a degraded/offline state clearly (not a crash or blank screen)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "saw the degraded state"
feature = "Degraded"
ask    = "be in the app while the backend is stopped"
means  = "A degraded or offline state inside the drill, no crash, no blank screen."
---*/
WITH others AS (SELECT COUNT(DISTINCT tester) AS n FROM exercises WHERE kind = 'backend-stop' AND shown > 0)
SELECT tester,
  SUM(CASE WHEN shown > 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN crashes > 0 OR blank_screens > 0 OR (shown = 0 AND failed >= 2 AND others.n > 0) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN crashes > 0 OR blank_screens > 0 THEN 'a crash or a blank screen while the backend was down'
    WHEN shown = 0 AND failed >= 2 AND others.n > 0 THEN 'the backend was down for the app and it showed no degraded state, as it did on other devices' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises CROSS JOIN others
WHERE kind = 'backend-stop' AND took_part = 1
GROUP BY tester
ORDER BY tester
