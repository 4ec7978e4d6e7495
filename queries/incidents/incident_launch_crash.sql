/*---
title = "Launches that crashed"
needs = ["logs.device"]
unit  = "launches"
bad   = "crashes on launch"
one   = "crash on launch"

[incident]
of       = "R3"
counts   = "each"
severity = "SEV2"
headline = "The app crashed on launch"
saw      = "could not start the app: it crashed within seconds of a launch"
---*/
WITH launches AS (
  SELECT launch_ts AS ts, CASE WHEN crash_s IS NOT NULL AND crash_s <= {{ params.launch_crash_seconds }} THEN 1 ELSE 0 END AS bad,
    tester, client, platform, build, '(launch)' AS route, 'device' AS service, session_key, user_key, 'crashed on launch' AS says, file, line
  FROM sessions
  WHERE client = {{ cohort }} AND period IN ('beta', 'after') AND on_device = 1 AND launch_ts IS NOT NULL
),
reports AS (
  SELECT ts, 1 AS bad, tester, {{ cohort }} AS client, platform, build, '(launch)' AS route, 'crash report' AS service,
    CAST(NULL AS VARCHAR) AS session_key, CAST(NULL AS VARCHAR) AS user_key, 'crashed on launch' AS says, file, line
  FROM crashes
  WHERE uptime_ms <= 1000 * {{ params.launch_crash_seconds }} AND period IN ('beta', 'after') AND (build IS NULL OR build IN {{ builds }})
),
every AS (SELECT * FROM launches UNION ALL SELECT * FROM reports)
SELECT ts, bad, tester, client, platform, build, route, service, session_key, user_key, says, file, line
FROM every ORDER BY ts, file, line
