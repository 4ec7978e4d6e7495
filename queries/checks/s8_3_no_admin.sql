/*---
title  = "No admin panel in the app"
item   = "S8.3"
line   = "No admin panel or diagnostics UI visible to non-admin testers"
effect = "blocker"
proof  = "attested"
rule   = { kind = "each_tester" }
needs  = ["logs.api", "logs.gateway"]
shows = "found no admin panel"
feature = "Safe controls"
ask    = "attest that no admin panel is to be found"
means  = "Each tester attests it; a call in the logs refutes it."
---*/
WITH calls AS (
  SELECT tester, method, LOWER(route) AS route, file, line FROM requests
  WHERE client = {{ cohort }} AND period IN ('beta', 'after')
  UNION ALL
  SELECT tester, method, LOWER(route) AS route, file, line FROM logs
  WHERE event = 'request' AND request_id IS NULL AND client = {{ cohort }} AND period IN ('beta', 'after')
  UNION ALL
  SELECT tester, 'SOCKET' AS method, LOWER(route) AS route, file, line FROM logs
  WHERE event = 'socket.connected' AND route IS NOT NULL AND client = {{ cohort }} AND period IN ('beta', 'after')
)
SELECT tester, COUNT(*) AS seen,
  SUM(CASE WHEN route LIKE '/admin%' OR route LIKE '%/admin/%' OR route LIKE '%/diagnostics%' THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN route LIKE '/admin%' OR route LIKE '%/admin/%' OR route LIKE '%/diagnostics%' THEN 'the app called an admin route or namespace' ELSE '' END) AS reason,
  MIN(CASE WHEN route LIKE '/admin%' OR route LIKE '%/admin/%' OR route LIKE '%/diagnostics%' THEN file END) AS file, MIN(CASE WHEN route LIKE '/admin%' OR route LIKE '%/admin/%' OR route LIKE '%/diagnostics%' THEN line END) AS line
FROM calls
GROUP BY tester
ORDER BY tester
