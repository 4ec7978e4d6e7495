/*---
title  = "No trading actions in the app"
item   = "S8.1"
line   = "No destructive trading actions are available in the mobile UI (no \"close position\", no \"pause trading\" button)"
effect = "blocker"
proof  = "attested"
rule   = { kind = "each_tester" }
needs  = ["logs.api", "logs.gateway"]
shows = "found no trading action"
feature = "Safe controls"
ask    = "attest that no trading action is to be found"
means  = "Each tester attests it; a call in the logs refutes it."
---*/
WITH calls AS (
  SELECT tester, method, LOWER(route) AS route, file, line FROM requests
  WHERE client = {{ cohort }} AND period IN ('beta', 'after')
  UNION ALL
  SELECT tester, method, LOWER(route) AS route, file, line FROM logs
  WHERE event = 'request' AND request_id IS NULL AND client = {{ cohort }} AND period IN ('beta', 'after')
)
SELECT tester, COUNT(*) AS seen,
  SUM(CASE WHEN method <> 'GET' AND (route LIKE '%/trade%' OR route LIKE '%/close%' OR route LIKE '%/pause%') THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN method <> 'GET' AND (route LIKE '%/trade%' OR route LIKE '%/close%' OR route LIKE '%/pause%') THEN 'the app made a trading call' ELSE '' END) AS reason,
  MIN(CASE WHEN method <> 'GET' AND (route LIKE '%/trade%' OR route LIKE '%/close%' OR route LIKE '%/pause%') THEN file END) AS file, MIN(CASE WHEN method <> 'GET' AND (route LIKE '%/trade%' OR route LIKE '%/close%' OR route LIKE '%/pause%') THEN line END) AS line
FROM calls
GROUP BY tester
ORDER BY tester
