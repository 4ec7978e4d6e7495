/*---
title  = "Prices update during the observation"
item   = "S6.1"
line   = "Symbol prices update at least once during the observation window"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "saw prices update"
feature = "Real-time"
ask    = "keep the overview open until prices change"
means  = "A price event in a session of the tester."
---*/
SELECT tester,
  SUM(CASE WHEN price_s IS NOT NULL THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN price_none > 0 THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN price_none > 0 THEN 'no price within a minute of connecting' ELSE '' END) AS reason,
  MIN(CASE WHEN (price_s IS NOT NULL) OR (price_none > 0) THEN first_ts END) AS first_at,
  MIN(CASE WHEN price_none > 0 THEN file END) AS file,
  MIN(CASE WHEN price_none > 0 THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
