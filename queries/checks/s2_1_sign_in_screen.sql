/*---
title  = "A fresh install opens the sign-in screen"
item   = "S2.1"
line   = "App launches to the sign-in screen (no blank screen, no crash)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "saw the sign-in screen"
feature = "Sign-in"
ask    = "open a fresh install and attest the sign-in screen"
means  = "A launch without a stored session, without a blank screen or crash."
---*/
SELECT tester,
  SUM(CASE WHEN fresh = 1 AND blank_screens = 0 AND native_crashes = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN blank_screens > 0 OR (fresh = 1 AND native_crashes > 0 AND signed_in = 0) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN blank_screens > 0 OR (fresh = 1 AND native_crashes > 0 AND signed_in = 0) THEN 'a blank screen or a crash instead of the sign-in screen' ELSE '' END) AS reason,
  MIN(CASE WHEN (fresh = 1 AND blank_screens = 0 AND native_crashes = 0) OR (blank_screens > 0 OR (fresh = 1 AND native_crashes > 0 AND signed_in = 0)) THEN first_ts END) AS first_at,
  MIN(CASE WHEN blank_screens > 0 OR (fresh = 1 AND native_crashes > 0 AND signed_in = 0) THEN file END) AS file,
  MIN(CASE WHEN blank_screens > 0 OR (fresh = 1 AND native_crashes > 0 AND signed_in = 0) THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
