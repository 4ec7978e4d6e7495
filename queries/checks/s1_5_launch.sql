/*---
title  = "The app launches without a crash"
item   = "S1.5"
line   = "App launches without crash on both iOS and Android (or whichever platforms are in scope)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester", candidate = true }
needs  = ["logs.device", "crashes"]
shows = "launched it without a crash"
feature = "Launch"
ask    = "launch the candidate once"
means  = "Launches on the tester's device, none followed by a crash within ten seconds, on the device or in a crash report."
---*/
WITH launches AS (
  SELECT tester,
    CASE WHEN on_device = 1 THEN 1 ELSE 0 END AS seen,
    CASE WHEN on_device = 1 AND build = {{ candidate }} THEN 1 ELSE 0 END AS seen_candidate,
    CASE WHEN crash_s IS NOT NULL AND crash_s <= {{ params.launch_crash_seconds }} THEN 1 ELSE 0 END AS bad,
    CASE WHEN crash_s IS NOT NULL AND crash_s <= {{ params.launch_crash_seconds }} THEN file END AS file,
    CASE WHEN crash_s IS NOT NULL AND crash_s <= {{ params.launch_crash_seconds }} THEN line END AS line
  FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
),
reports AS (
  SELECT tester, 0 AS seen, 0 AS seen_candidate, 1 AS bad, file, line
  FROM crashes
  WHERE uptime_ms <= 1000 * {{ params.launch_crash_seconds }} AND period = 'beta' AND tester IS NOT NULL
    AND (build IS NULL OR build IN {{ builds }})
),
both_kinds AS (SELECT * FROM launches UNION ALL SELECT * FROM reports)
SELECT tester, SUM(seen) AS seen, SUM(seen_candidate) AS seen_candidate, SUM(bad) AS bad,
  CASE WHEN SUM(bad) > 0 THEN 'the app crashed within seconds of a launch' ELSE '' END AS reason,
  MIN(file) AS file, MIN(line) AS line
FROM both_kinds
GROUP BY tester
ORDER BY tester
