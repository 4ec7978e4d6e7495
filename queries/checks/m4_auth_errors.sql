/*---
title  = "401 and 403 are at baseline"
item   = "M4"
line   = "Backend `401`/`403` errors are baseline — no increase from mobile auth"
effect = "blocker"
proof  = "machine"
rule   = { kind = "rate_ratio", margin = 2.5 }
needs  = ["logs.api", "logs.gateway"]
unit   = "requests"
bad    = "401 and 403 episodes"
duration = true
attributed = true
means  = "Episodes of 401 and 403 (recovered ones included) in requests of the cohort, against all other clients in beta and baseline: passes where the ratio is below the margin with 95 % confidence."
---*/
WITH asked AS (
  SELECT ts // 300000 * 300000 AS bin, period, drill, deploy, client, tester, CASE WHEN client = {{ cohort }} THEN COALESCE(route, '') ELSE '' END AS route, 1 AS requests, 0 AS episodes, 0 AS errors
  FROM attempts
  WHERE period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal')
),
failed AS (
  SELECT first_ts // 300000 * 300000 AS bin, period, drill, deploy, client, tester, COALESCE(route, '') AS route, 0 AS requests, 1 AS episodes, errors
  FROM episodes
  WHERE outermost = 1 AND class IN ('401', '403') AND period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal')
),
both_kinds AS (SELECT * FROM asked UNION ALL SELECT * FROM failed),
named AS (
  SELECT '401/403' AS series, bin, period, drill, deploy, route, CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END AS cohort,
    CASE WHEN client = {{ cohort }} THEN COALESCE(tester, 'unknown') ELSE '' END AS subject, requests, episodes, errors
  FROM both_kinds
)
SELECT series, bin, period, cohort, subject, drill, deploy, route, SUM(requests) AS requests, SUM(episodes) AS episodes, SUM(errors) AS errors
FROM named
GROUP BY series, bin, period, cohort, subject, drill, deploy, route
ORDER BY series, bin, period, cohort, subject, drill, deploy, route
