/*---
title  = "The app says that it is offline"
item   = "S7.2"
line   = "App shows a clear offline or disconnected indicator (not a crash)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "saw the offline state"
feature = "Offline"
ask    = "attest what the app shows in airplane mode"
means  = "An offline state inside the exercise, no crash."
---*/
WITH others AS (SELECT COUNT(DISTINCT tester) AS n FROM exercises WHERE kind = 'offline' AND shown > 0)
SELECT tester,
  SUM(CASE WHEN shown > 0 AND crashes = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN crashes > 0 OR (shown = 0 AND to_ts - from_ts >= 30000 AND others.n > 0) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN crashes > 0 THEN 'the app crashed while offline'
    WHEN shown = 0 AND to_ts - from_ts >= 30000 AND others.n > 0 THEN 'the device was offline and the app did not say so, as it did on other devices' ELSE '' END) AS reason,
  MIN(degrade_s) AS degrade_s, MIN(socket_s) AS socket_s, MIN(data_s) AS data_s,
  MIN(file) AS file, MIN(line) AS line
FROM exercises CROSS JOIN others
WHERE kind = 'offline' AND took_part = 1
GROUP BY tester
ORDER BY tester
