/*---
title  = "No error spikes with mobile connections"
item   = "S9.4"
line   = "Monitor backend logs for unusual error spikes correlated with mobile connections"
effect = "blocker"
proof  = "machine"
rule   = { kind = "rate_ratio", margin = 2.5 }
needs  = ["logs.api", "logs.gateway"]
unit   = "requests"
bad    = "5xx episodes"
duration = true
attributed = true
means  = "Episodes of server errors in requests of the cohort, against all other clients in beta and baseline: passes where the ratio is below the margin with 95 % confidence and no burst on a route of the cohort began after its first connect."
---*/
WITH asked AS (
  SELECT ts // 300000 * 300000 AS bin, period, drill, deploy, client, tester, CASE WHEN client = {{ cohort }} THEN COALESCE(route, '') ELSE '' END AS route, 1 AS requests, 0 AS episodes, 0 AS errors
  FROM attempts
  WHERE period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal')
),
failed AS (
  SELECT first_ts // 300000 * 300000 AS bin, period, drill, deploy, client, tester, COALESCE(route, '') AS route, 0 AS requests, 1 AS episodes, errors
  FROM episodes
  WHERE outermost = 1 AND class = '5xx' AND period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal')
),
both_kinds AS (SELECT * FROM asked UNION ALL SELECT * FROM failed),
named AS (
  SELECT '5xx' AS series, bin, period, drill, deploy, route, CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END AS cohort,
    CASE WHEN client = {{ cohort }} THEN COALESCE(tester, 'unknown') ELSE '' END AS subject, requests, episodes, errors
  FROM both_kinds
)
SELECT series, bin, period, cohort, subject, drill, deploy, route, SUM(requests) AS requests, SUM(episodes) AS episodes, SUM(errors) AS errors
FROM named
GROUP BY series, bin, period, cohort, subject, drill, deploy, route
ORDER BY series, bin, period, cohort, subject, drill, deploy, route
