/*---
title  = "The testers closed the app"
item   = "S3.1"
line   = "Close the app completely (background + remove from recents)"
effect = "action"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "started the app anew"
ask    = "close the app completely"
means  = "Cold starts on the device."
---*/
SELECT tester,
  SUM(CASE WHEN cold = 1 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN 1 = 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN 1 = 0 THEN '' ELSE '' END) AS reason,
  MIN(CASE WHEN (cold = 1) OR (1 = 0) THEN first_ts END) AS first_at,
  MIN(CASE WHEN 1 = 0 THEN file END) AS file,
  MIN(CASE WHEN 1 = 0 THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
