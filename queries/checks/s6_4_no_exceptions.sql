/*---
title  = "No unhandled exceptions"
item   = "S6.4"
line   = "No unhandled exceptions appear in Expo logs during this period"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "ran without an unhandled exception"
feature = "Real-time"
means  = "No unhandled exception or native crash in the tester's device log, which covers the tester's use."
---*/
SELECT tester, COUNT(DISTINCT session_key) AS seen,
  SUM(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN 1 ELSE 0 END) AS bad,
  CASE WHEN SUM(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN 1 ELSE 0 END) > 0
    THEN 'unhandled exceptions in the device log' ELSE '' END AS reason,
  MIN(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN message END) AS message,
  MIN(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN file END) AS file,
  MIN(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN line END) AS line
FROM logs
WHERE tier = 'device' AND period = 'beta' AND tester IS NOT NULL
GROUP BY tester
ORDER BY tester
