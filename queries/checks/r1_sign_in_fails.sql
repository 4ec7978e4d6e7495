/*---
title  = "Sign-in or session restore fails"
item   = "R1"
line   = "Sign-in or session restore fails"
effect = "trigger"
proof  = "machine"
rule   = { kind = "no_rows" }
needs  = ["logs.device", "logs.auth"]
unit = "sign-ins and restores"
bad = "unrecovered failures"
one = "unrecovered failure"
means  = "One sign-in (other than a wrong password) or restore that failed and did not recover, outside drills, as the device or the service that signs people in tells it."
---*/
WITH on_device AS (
  SELECT COALESCE(tester, 'unknown') AS subject,
    CASE WHEN restore_failed > 0 THEN 'a session restore failed' ELSE 'a sign-in failed and did not recover' END AS reason,
    first_ts AS ts, tester, build, file, line
  FROM sessions
  WHERE client = {{ cohort }} AND period = 'beta' AND build IN {{ builds }}
    AND (restore_failed > 0 OR (sign_in_failed > 0 AND signed_in = 0))
),
logins AS (
  SELECT tester, user_key, ts, status, build, file, line
  FROM logs
  WHERE event = 'request' AND tier = 'server' AND service IN {{ auth_services }} AND client = {{ cohort }} AND period = 'beta'
    AND drill = 0 AND route LIKE '%/login'
    AND (status < 300 OR status >= 500 OR (status >= 400 AND reason IS NOT NULL AND reason NOT IN {{ params.wrong_password }}))
),
good AS (SELECT user_key, ts AS good_ts FROM logins WHERE status < 300),
refused AS (
  SELECT logins.tester, logins.ts, logins.build, logins.file, logins.line,
    MIN(CASE WHEN good.good_ts >= logins.ts THEN good.good_ts END) AS next_ts
  FROM logins LEFT JOIN good ON logins.user_key = good.user_key
  WHERE logins.status >= 400
  GROUP BY logins.tester, logins.ts, logins.build, logins.file, logins.line
),
on_server AS (
  SELECT COALESCE(tester, 'unknown') AS subject, 'was refused a sign-in by the service and did not get in' AS reason, ts, tester, build, file, line
  FROM refused
  WHERE next_ts IS NULL OR next_ts > ts + 60000 * {{ params.sign_in_again_minutes }}
),
both_sides AS (SELECT * FROM on_device UNION ALL SELECT * FROM on_server)
SELECT * FROM both_sides
ORDER BY ts, file, line

/*--- exposure ---*/
SELECT SUM(restored + signed_in + restore_failed + sign_in_failed) AS n FROM sessions
WHERE client = {{ cohort }} AND period = 'beta'
ORDER BY n
