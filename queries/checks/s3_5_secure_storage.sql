/*---
title  = "The token survives a restart"
item   = "S3.5"
line   = "Confirm secure storage is working: token survives app restart"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "came back from secure storage"
feature = "Restore"
ask    = "restart the device or the app and come back signed in"
means  = "A cold start that restored the session from secure storage."
---*/
SELECT tester,
  SUM(CASE WHEN restored > 0 AND cold = 1 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN restore_failed > 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN restore_failed > 0 THEN 'a stored session could not be read' ELSE '' END) AS reason,
  MIN(CASE WHEN (restored > 0 AND cold = 1) OR (restore_failed > 0) THEN first_ts END) AS first_at,
  MIN(CASE WHEN restore_failed > 0 THEN file END) AS file,
  MIN(CASE WHEN restore_failed > 0 THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
