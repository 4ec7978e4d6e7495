/*---
title  = "App crashes on launch"
item   = "R3"
line   = "App crashes on launch for any tester"
effect = "trigger"
proof  = "machine"
rule   = { kind = "no_rows", people = true }
needs  = ["logs.device", "crashes"]
unit = "launches"
bad = "crashes on launch"
one = "crash on launch"
means  = "A crash within ten seconds of a launch, in a device log or a crash report."
---*/
WITH device AS (
  SELECT COALESCE(tester, 'unknown') AS subject, 'crashed within seconds of a launch' AS reason, 0 AS unsure, launch_ts AS ts, tester, build, file, line
  FROM sessions
  WHERE client = {{ cohort }} AND period = 'beta' AND crash_s IS NOT NULL AND crash_s <= {{ params.launch_crash_seconds }}
),
reports AS (
  SELECT COALESCE(tester, 'unknown') AS subject, 'crash report within seconds of a launch' AS reason, 0 AS unsure, ts, tester, build, file, line
  FROM crashes
  WHERE uptime_ms <= 1000 * {{ params.launch_crash_seconds }} AND period = 'beta' AND (build IS NULL OR build IN {{ builds }})
),
undated AS (
  SELECT COALESCE(tester, 'unknown') AS subject, 'crash report that does not say how long the app had run' AS reason, 1 AS unsure, ts, tester, build, file, line
  FROM crashes WHERE uptime_ms IS NULL AND period = 'beta' AND (build IS NULL OR build IN {{ builds }})
),
both_kinds AS (SELECT * FROM device UNION ALL SELECT * FROM reports UNION ALL SELECT * FROM undated)
SELECT * FROM both_kinds ORDER BY ts, file, line

/*--- exposure ---*/
SELECT SUM(on_device) AS n FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND launch_ts IS NOT NULL
ORDER BY n
