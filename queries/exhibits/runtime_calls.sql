/*---
title = "Calls by client"
needs = ["logs.api", "logs.gateway"]
---*/
SELECT method, route,
  SUM(CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END) AS mobile,
  SUM(CASE WHEN client = 'web' THEN 1 ELSE 0 END) AS web,
  SUM(CASE WHEN client IN ('internal', 'probe') THEN 1 ELSE 0 END) AS bots_and_probes,
  SUM(CASE WHEN client IS NULL THEN 1 ELSE 0 END) AS unknown
FROM requests WHERE period IN ('beta', 'after') AND route IS NOT NULL
GROUP BY method, route ORDER BY route, method
