/*---
title  = "Sign-out ends the session"
item   = "S5.13"
line   = "Sign-out works — returns to the sign-in screen and clears the session"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "signed out"
trace = true
feature = "Settings"
ask    = "sign out once"
means  = "A sign-out on the device that left no session behind."
---*/
SELECT tester,
  SUM(CASE WHEN signed_out > 0 AND sign_out_failed = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN sign_out_failed > 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN sign_out_failed > 0 THEN 'the session was still there after sign-out' ELSE '' END) AS reason,
  MIN(CASE WHEN (signed_out > 0 AND sign_out_failed = 0) OR (sign_out_failed > 0) THEN first_ts END) AS first_at,
  MIN(CASE WHEN sign_out_failed > 0 THEN file END) AS file,
  MIN(CASE WHEN sign_out_failed > 0 THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
