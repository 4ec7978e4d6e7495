/*---
title  = "The testers began without a session"
item   = "S2.0"
effect = "action"
proof  = "machine"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "began without a stored session"
ask    = "install the app anew and sign in"
means  = "A launch that found no stored session; the precondition of step 2."
---*/
SELECT tester,
  SUM(CASE WHEN fresh = 1 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN 1 = 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN 1 = 0 THEN '' ELSE '' END) AS reason,
  MIN(CASE WHEN (fresh = 1) OR (1 = 0) THEN first_ts END) AS first_at,
  MIN(CASE WHEN 1 = 0 THEN file END) AS file,
  MIN(CASE WHEN 1 = 0 THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
