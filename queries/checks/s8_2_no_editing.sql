/*---
title  = "No strategy editing in the app"
item   = "S8.2"
line   = "No strategy editing available in mobile (strategies tab is read-only)"
effect = "blocker"
proof  = "attested"
rule   = { kind = "each_tester" }
needs  = ["logs.api", "logs.gateway"]
shows = "found no way to edit a strategy"
feature = "Safe controls"
ask    = "attest that no strategy can be edited"
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
  SUM(CASE WHEN method IN ('POST', 'PUT', 'PATCH', 'DELETE') AND (route LIKE '%strateg%' OR route LIKE '%/trading-profiles%') THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN method IN ('POST', 'PUT', 'PATCH', 'DELETE') AND (route LIKE '%strateg%' OR route LIKE '%/trading-profiles%') THEN 'the app changed a strategy' ELSE '' END) AS reason,
  MIN(CASE WHEN method IN ('POST', 'PUT', 'PATCH', 'DELETE') AND (route LIKE '%strateg%' OR route LIKE '%/trading-profiles%') THEN file END) AS file, MIN(CASE WHEN method IN ('POST', 'PUT', 'PATCH', 'DELETE') AND (route LIKE '%strateg%' OR route LIKE '%/trading-profiles%') THEN line END) AS line
FROM calls
GROUP BY tester
ORDER BY tester
