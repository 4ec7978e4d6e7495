/*---
title  = "Backend error rate rises after mobile connects"
item   = "R5"
line   = "Backend error rate increases after mobile connections are established"
effect = "trigger"
proof  = "machine"
rule   = { kind = "rate_ratio", margin = 2.5, onset = true }
needs  = ["logs.api", "logs.gateway"]
unit   = "requests"
bad    = "5xx episodes"
attributed = true
means  = "Episodes of server errors in requests of the cohort against all others, and day by day by a test that may be looked at again and again: an e-value of 100 or a failed comparison fires, 20 holds."
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
