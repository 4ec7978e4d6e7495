/*---
title  = "Auth failures are at baseline"
item   = "M1"
line   = "Platform auth failure rate is baseline — no spike correlated with mobile sessions"
effect = "blocker"
proof  = "machine"
rule   = { kind = "rate_ratio", margin = 2.5, share = 0.05 }
needs  = ["logs.auth"]
unit   = "attempts"
bad    = "failures"
duration = true
means  = "Failed logins and failed refreshes of the cohort, each against all other clients in beta and baseline: fails where one of them is clearly more frequent; passes where neither is and both together are below 5 % of the attempts with 95 % confidence."
---*/
WITH asked AS (
  SELECT ts // 300000 * 300000 AS bin, period, drill, deploy, client, tester, purpose, CASE WHEN client = {{ cohort }} THEN COALESCE(route, '') ELSE '' END AS route, 1 AS requests, 0 AS episodes, 0 AS errors
  FROM attempts
  WHERE period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal') AND purpose IN ('sign_in', 'refresh')
),
failed AS (
  SELECT first_ts // 300000 * 300000 AS bin, period, drill, deploy, client, tester, purpose, COALESCE(route, '') AS route, 0 AS requests, 1 AS episodes, errors
  FROM episodes
  WHERE outermost = 1 AND status >= 400 AND period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal') AND purpose IN ('sign_in', 'refresh')
),
both_kinds AS (SELECT * FROM asked UNION ALL SELECT * FROM failed),
named AS (
  SELECT CASE WHEN purpose = 'sign_in' THEN 'logins' ELSE 'refreshes' END AS series, bin, period, drill, deploy, route, CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END AS cohort,
    CASE WHEN client = {{ cohort }} THEN COALESCE(tester, 'unknown') ELSE '' END AS subject, requests, episodes, errors
  FROM both_kinds
)
SELECT series, bin, period, cohort, subject, drill, deploy, route, SUM(requests) AS requests, SUM(episodes) AS episodes, SUM(errors) AS errors
FROM named
GROUP BY series, bin, period, cohort, subject, drill, deploy, route
ORDER BY series, bin, period, cohort, subject, drill, deploy, route
