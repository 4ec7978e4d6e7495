/*---
title  = "Sessions are restored without sign-in"
item   = "S3.3"
line   = "App restores session without re-prompting for sign-in"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester", candidate = true }
needs  = ["logs.device"]
shows = "restored a session"
trace = true
feature = "Restore"
ask    = "close and reopen the app once without signing in"
means  = "Restores from secure storage, no login within a minute of one, and data on the candidate."
---*/
SELECT tester,
  SUM(CASE WHEN restored > 0 AND restore_failed = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN (restore_failed > 0 OR (restored > 0 AND login_s <= {{ params.restore_login_seconds }})) THEN 1 ELSE 0 END) AS bad,
  SUM(CASE WHEN (restore_failed = 0 AND data_ok > 0) AND build = {{ candidate }} THEN 1 ELSE 0 END) AS seen_candidate,
  MAX(CASE WHEN (restore_failed > 0 OR (restored > 0 AND login_s <= {{ params.restore_login_seconds }})) THEN 'a restore failed, or asked for the password again' ELSE '' END) AS reason,
  MIN(CASE WHEN (restored > 0 AND restore_failed = 0) OR ((restore_failed > 0 OR (restored > 0 AND login_s <= {{ params.restore_login_seconds }}))) THEN first_ts END) AS first_at,
  MIN(CASE WHEN (restore_failed > 0 OR (restored > 0 AND login_s <= {{ params.restore_login_seconds }})) THEN file END) AS file,
  MIN(CASE WHEN (restore_failed > 0 OR (restored > 0 AND login_s <= {{ params.restore_login_seconds }})) THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
