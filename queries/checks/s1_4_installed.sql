/*---
title  = "Each tester can install the app"
item   = "S1.4"
line   = "Each internal tester can install the app on their device"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester", candidate = true }
needs  = ["logs.api"]
shows = "used the app"
feature = "Install"
ask    = "install the app and open it"
means  = "The tester's app was seen by a server or in a device log, on the candidate."
---*/
SELECT tester,
  SUM(CASE WHEN requests > 0 OR on_device = 1 THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN 1 = 0 THEN 1 ELSE 0 END) AS bad,
  SUM(CASE WHEN (requests > 0 OR on_device = 1) AND build = {{ candidate }} THEN 1 ELSE 0 END) AS seen_candidate,
  MAX(CASE WHEN 1 = 0 THEN '' ELSE '' END) AS reason,
  MIN(CASE WHEN (requests > 0 OR on_device = 1) OR (1 = 0) THEN first_ts END) AS first_at,
  MIN(CASE WHEN 1 = 0 THEN file END) AS file,
  MIN(CASE WHEN 1 = 0 THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
