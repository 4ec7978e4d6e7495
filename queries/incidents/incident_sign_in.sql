/*---
title = "Sign-ins, refreshes and restores that failed"
needs = ["logs.auth", "logs.device"]
unit  = "sign-ins, refreshes and restores"
bad   = "failed sign-ins, refreshes and restores"
one   = "failed sign-in, refresh or restore"

[incident]
of       = "R1"
counts   = "rate"
severity = "SEV2"
headline = "Testers could not sign in or stay signed in"
saw      = "could not sign in, or lost the session that they had"
---*/
WITH asked AS (
  SELECT ts, CASE WHEN status >= 500 OR (status >= 400 AND (reason IS NULL OR reason NOT IN {{ params.wrong_password }})) THEN 1 ELSE 0 END AS bad,
    tester, client, platform, build, route, method, service, instance, session_key, user_key, owner_key, request_id, status,
    CONCAT(COALESCE(CAST(status AS VARCHAR), ''), ' ', COALESCE(reason, error_type, '')) AS says, file, line
  FROM logs
  WHERE event = 'request' AND tier = 'server' AND service IN {{ auth_services }} AND period IN ('beta', 'after') AND drill = 0
    AND client IS NOT NULL AND client NOT IN ('probe', 'internal')
    AND (route LIKE '%/login' OR route LIKE '%/refresh' OR route LIKE '%/token')
    AND (status < 400 OR status >= 500 OR reason IS NULL OR reason NOT IN {{ params.wrong_password }})
),
on_device AS (
  SELECT COALESCE(launch_ts, first_ts) AS ts, CASE WHEN restore_failed > 0 THEN 1 ELSE 0 END AS bad,
    tester, client, platform, build, '(session restore)' AS route, CAST(NULL AS VARCHAR) AS method, 'device' AS service, CAST(NULL AS VARCHAR) AS instance, session_key, user_key,
    CAST(NULL AS VARCHAR) AS owner_key, CAST(NULL AS VARCHAR) AS request_id, CAST(NULL AS BIGINT) AS status,
    CASE WHEN restore_failed > 0 THEN 'session restore failed' ELSE '' END AS says, file, line
  FROM sessions
  WHERE client = {{ cohort }} AND period IN ('beta', 'after') AND on_device = 1 AND (restored > 0 OR restore_failed > 0)
),
unrecovered AS (
  SELECT session_key AS held_session, route AS held_route, service AS held_service, first_ts, last_ts FROM episodes
  WHERE class = '401' AND kind = 'unrecovered_401' AND tier = 'server' AND service IN {{ api_services }} AND client = {{ cohort }} AND drill = 0
),
turned_away AS (
  SELECT DISTINCT ts, 1 AS bad, tester, client, platform, build, route, method, service, instance, session_key, user_key, owner_key, request_id, status,
    CONCAT(COALESCE(CAST(status AS VARCHAR), ''), ' ', COALESCE(reason, '')) AS says, file, line
  FROM logs JOIN unrecovered ON logs.session_key = unrecovered.held_session AND logs.route = unrecovered.held_route AND logs.service = unrecovered.held_service
  WHERE event = 'request' AND tier = 'server' AND status = 401 AND client = {{ cohort }} AND period IN ('beta', 'after') AND drill = 0
    AND ts >= first_ts AND ts <= last_ts
),
every AS (SELECT * FROM asked UNION ALL SELECT * FROM on_device UNION ALL SELECT * FROM turned_away)
SELECT * FROM every ORDER BY ts, file, line
