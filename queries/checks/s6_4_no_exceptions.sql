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
ask    = "hand in the device log"
means  = "No unhandled exception or native crash in the tester's device log, which covers the tester's use, and no crash report of a named build."
---*/
WITH told AS (
  SELECT tester, COUNT(DISTINCT session_key) AS seen,
    SUM(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN 1 ELSE 0 END) AS bad, 0 AS reports,
    MIN(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN message END) AS message,
    MIN(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN file END) AS file,
    MIN(CASE WHEN event IN ('app.exception', 'app.native_crash') THEN line END) AS line
  FROM logs
  WHERE tier = 'device' AND period = 'beta' AND tester IS NOT NULL
  GROUP BY tester
),
reported AS (
  SELECT tester, 0 AS seen, COUNT(*) AS bad, COUNT(*) AS reports, MIN(text) AS message, MIN(file) AS file, MIN(line) AS line
  FROM crashes
  WHERE period = 'beta' AND (build IS NULL OR build IN {{ builds }})
  GROUP BY tester
),
both_kinds AS (SELECT * FROM told UNION ALL SELECT * FROM reported)
SELECT tester, SUM(seen) AS seen, SUM(bad) AS bad,
  CASE WHEN SUM(bad) > SUM(reports) THEN 'unhandled exceptions in the device log'
    WHEN SUM(reports) > 0 THEN 'the app crashed, as a crash report says' ELSE '' END AS reason,
  MIN(message) AS message, MIN(file) AS file, MIN(line) AS line
FROM both_kinds
GROUP BY tester
ORDER BY tester
