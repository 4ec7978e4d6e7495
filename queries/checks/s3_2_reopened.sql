/*---
title  = "The testers reopened the app"
item   = "S3.2"
line   = "Reopen the app"
effect = "action"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "reopened the app"
ask    = "reopen the app"
means  = "A cold start that is not the first."
---*/
SELECT tester,
  SUM(CASE WHEN cold = 1 AND fresh = 0 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN 1 = 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN 1 = 0 THEN '' ELSE '' END) AS reason,
  MIN(CASE WHEN (cold = 1 AND fresh = 0) OR (1 = 0) THEN first_ts END) AS first_at,
  MIN(CASE WHEN 1 = 0 THEN file END) AS file,
  MIN(CASE WHEN 1 = 0 THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
