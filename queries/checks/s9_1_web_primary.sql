/*---
title  = "Operator actions stay on the web"
item   = "S9.1"
line   = "Testers use mobile for monitoring; web remains primary for operator actions"
effect = "advisory"
proof  = "attested"
rule   = { kind = "condition" }
needs  = ["logs.api", "logs.gateway"]
means  = "Writing calls come from the web only, and the owner attests it."
---*/
WITH writes AS (
  SELECT SUM(CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END) AS mobile, SUM(CASE WHEN client = 'web' THEN 1 ELSE 0 END) AS web
  FROM logs
  WHERE event = 'request' AND tier = 'server' AND period = 'beta' AND method IN ('POST', 'PUT', 'PATCH', 'DELETE')
    AND service IN {{ api_services }}
)
SELECT CASE WHEN web > 0 AND mobile = 0 THEN 1 ELSE 0 END AS shown, CASE WHEN mobile > 0 THEN 1 ELSE 0 END AS bad,
  CASE WHEN mobile > 0 THEN 'the app made writing calls' WHEN web > 0 THEN 'all writing calls came from the web'
    ELSE 'there were no writing calls' END AS reason,
  web AS web_writes
FROM writes
ORDER BY reason
