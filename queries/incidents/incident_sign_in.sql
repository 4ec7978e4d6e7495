/*---
title = "Sign-ins, refreshes and restores that failed, and calls refused for want of them"
needs = ["logs.auth", "logs.device"]
unit  = "sign-ins, refreshes and restores"
bad   = "failures to get in or stay in"
one   = "failure to get in or stay in"

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
-- A refused call does not say whose it is; its attempt, of which the device tells too, does.
callers AS (
  SELECT request_id AS called_id, MAX(tester) AS caller FROM attempts
  WHERE tester IS NOT NULL AND request_id IS NOT NULL AND client = {{ cohort }} GROUP BY request_id
),
refused AS (
  SELECT ts, caller AS tester, client, platform, build, route, method, service, instance, session_key, user_key, owner_key, request_id, status,
    CONCAT('401 ', COALESCE(reason, '')) AS says, file, line
  FROM logs JOIN callers ON logs.request_id = callers.called_id
  WHERE event = 'request' AND tier = 'server' AND service NOT IN {{ auth_services }} AND period IN ('beta', 'after') AND drill = 0
    AND client = {{ cohort }} AND status = 401
),
-- A refused call belongs here when its tester failed to get in at that time and did not get in soon after.
around AS (
  SELECT refused.file AS around_file, refused.line AS around_line,
    MIN(CASE WHEN asked.bad = 1 AND asked.ts < refused.ts THEN refused.ts - asked.ts WHEN asked.bad = 1 THEN asked.ts - refused.ts END) AS failed_ms,
    MIN(CASE WHEN asked.bad = 0 AND asked.ts >= refused.ts THEN asked.ts - refused.ts END) AS in_ms
  FROM refused JOIN asked ON refused.tester = asked.tester
  GROUP BY refused.file, refused.line
),
locked_out AS (
  SELECT ts, 1 AS bad, tester, client, platform, build, route, method, service, instance, session_key, user_key, owner_key, request_id, status, says, file, line
  FROM refused JOIN around ON refused.file = around.around_file AND refused.line = around.around_line
  WHERE failed_ms <= 120000 AND (in_ms IS NULL OR in_ms > 120000)
),
on_device AS (
  SELECT COALESCE(launch_ts, first_ts) AS ts, CASE WHEN restore_failed > 0 THEN 1 ELSE 0 END AS bad,
    tester, client, platform, build, '(session restore)' AS route, CAST(NULL AS VARCHAR) AS method, 'device' AS service, CAST(NULL AS VARCHAR) AS instance, session_key, user_key,
    CAST(NULL AS VARCHAR) AS owner_key, CAST(NULL AS VARCHAR) AS request_id, CAST(NULL AS BIGINT) AS status,
    CASE WHEN restore_failed > 0 THEN 'session restore failed' ELSE '' END AS says, file, line
  FROM sessions
  WHERE client = {{ cohort }} AND period IN ('beta', 'after') AND on_device = 1 AND (restored > 0 OR restore_failed > 0)
),
every AS (SELECT * FROM asked UNION ALL SELECT * FROM locked_out UNION ALL SELECT * FROM on_device)
SELECT * FROM every ORDER BY ts, file, line
