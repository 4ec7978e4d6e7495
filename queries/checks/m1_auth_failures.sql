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
  SELECT CASE WHEN purpose = 'sign_in' THEN 'logins' ELSE 'refreshes' END AS series, ts // 300000 * 300000 AS bin_ts, period, CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END AS cohort, CASE WHEN client = {{ cohort }} THEN COALESCE(tester, 'unknown') ELSE '' END AS subject,
    CASE WHEN client = {{ cohort }} THEN COALESCE(route, '') ELSE '' END AS route, drill, deploy
  FROM attempts
  WHERE period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal') AND purpose IN ('sign_in', 'refresh')
),
counted AS (
  SELECT series, bin_ts, period, cohort, subject, drill, deploy, route, CAST(COUNT(*) AS BIGINT) AS requests
  FROM asked
  GROUP BY series, bin_ts, period, cohort, subject, drill, deploy, route
),
failed AS (
  SELECT CASE WHEN purpose = 'sign_in' THEN 'logins' ELSE 'refreshes' END AS series, first_ts // 300000 * 300000 AS bin_ts, period, CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END AS cohort, CASE WHEN client = {{ cohort }} THEN COALESCE(tester, 'unknown') ELSE '' END AS subject,
    drill, deploy, COALESCE(route, '') AS route, errors, kind, request_id, file, line
  FROM episodes
  WHERE outermost = 1 AND status >= 400 AND period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal') AND purpose IN ('sign_in', 'refresh')
),
every_row AS (
  SELECT series, bin_ts, period, cohort, subject, drill, deploy, route, requests, CAST(0 AS BIGINT) AS episodes, CAST(0 AS BIGINT) AS errors,
    CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS VARCHAR) AS request_id, CAST(NULL AS VARCHAR) AS file, CAST(NULL AS BIGINT) AS line
  FROM counted
  UNION ALL
  SELECT series, bin_ts, period, cohort, subject, drill, deploy, route, CAST(0 AS BIGINT) AS requests, CAST(1 AS BIGINT) AS episodes, CAST(errors AS BIGINT) AS errors,
    kind, request_id, file, line
  FROM failed
)
SELECT * FROM every_row
ORDER BY cohort DESC, episodes DESC, series, bin_ts, period, subject, drill, deploy, route, file, line
