/*---
title  = "The testers watched for five minutes"
item   = "S6.0"
effect = "action"
proof  = "machine"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "kept the app open for five minutes"
ask    = "keep the app open for five minutes"
means  = "Sessions of at least five minutes; the precondition of step 6."
---*/
SELECT tester,
  SUM(CASE WHEN seconds >= {{ params.observation_seconds }} THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN 1 = 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN 1 = 0 THEN '' ELSE '' END) AS reason,
  MIN(CASE WHEN (seconds >= {{ params.observation_seconds }}) OR (1 = 0) THEN first_ts END) AS first_at,
  MIN(CASE WHEN 1 = 0 THEN file END) AS file,
  MIN(CASE WHEN 1 = 0 THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
