/*---
title  = "The web dashboard is operational"
item   = "G15"
line   = "Web dashboard remains fully operational as the primary operator interface"
effect = "blocker"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["logs.api"]
means  = "Web requests of the last 24 hours are answered; the comparison with the baseline is M-series work."
---*/
WITH web AS (
  SELECT COUNT(*) AS n, SUM(CASE WHEN status < 500 THEN 1 ELSE 0 END) AS good
  FROM logs
  WHERE event = 'request' AND tier = 'server' AND service IN {{ api_services }} AND client = 'web'
    AND period = 'beta' AND drill = 0 AND deploy = 0 AND ts >= {{ judged_to }} - 86400000
)
SELECT CASE WHEN n > 0 AND good >= 0.95 * n THEN 1 ELSE 0 END AS shown, CASE WHEN n > 0 AND good < 0.8 * n THEN 1 ELSE 0 END AS bad,
  CASE WHEN n > 0 AND good < 0.95 * n THEN 1 ELSE 0 END AS thin,
  CASE WHEN n = 0 THEN 'no web request in the last 24 hours'
    WHEN good < 0.8 * n THEN 'more than 20 % of the web requests of the last 24 hours failed'
    WHEN good < 0.95 * n THEN 'more than 5 % of the web requests of the last 24 hours failed'
    ELSE 'the web dashboard was served in the last 24 hours' END AS reason,
  n AS requests
FROM web
ORDER BY reason
