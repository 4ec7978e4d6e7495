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
means  = "One sign-in (other than a wrong password) or restore that failed and did not recover, outside drills."
---*/
SELECT COALESCE(tester, 'unknown') AS subject,
  CASE WHEN restore_failed > 0 THEN 'a session restore failed' ELSE 'a sign-in failed and did not recover' END AS reason,
  first_ts AS ts, tester, build, session_key, file, line
FROM sessions
WHERE client = {{ cohort }} AND period = 'beta' AND drill = 0
  AND (restore_failed > 0 OR (sign_in_failed > 0 AND signed_in = 0))
ORDER BY ts, file, line

/*--- exposure ---*/
SELECT SUM(restored + signed_in + restore_failed + sign_in_failed) AS n FROM sessions
WHERE client = {{ cohort }} AND period = 'beta' AND drill = 0
ORDER BY n
