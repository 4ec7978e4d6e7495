/*---
title  = "Prices are live within a minute"
item   = "S5.2"
line   = "Live ticker or price updates are visible within 60 seconds"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "saw a price within a minute"
feature = "Overview"
ask    = "keep the overview open for a minute while the market is open"
means  = "The first price within 60 seconds of the socket's connect, and never none outside drills."
---*/
SELECT tester,
  SUM(CASE WHEN price_s <= {{ params.price_seconds }} THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN (price_none > 0 OR (price_most_s > {{ params.price_seconds }})) THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN (price_none > 0 OR (price_most_s > {{ params.price_seconds }})) THEN 'no price within a minute of connecting' ELSE '' END) AS reason,
  MIN(CASE WHEN (price_s <= {{ params.price_seconds }}) OR ((price_none > 0 OR (price_most_s > {{ params.price_seconds }}))) THEN first_ts END) AS first_at,
  MIN(CASE WHEN (price_none > 0 OR (price_most_s > {{ params.price_seconds }})) THEN file END) AS file,
  MIN(CASE WHEN (price_none > 0 OR (price_most_s > {{ params.price_seconds }})) THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
