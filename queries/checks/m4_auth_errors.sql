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
  SELECT '401/403' AS series, ts // 300000 * 300000 AS bin_ts, period, CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END AS cohort, CASE WHEN client = {{ cohort }} THEN COALESCE(tester, 'unknown') ELSE '' END AS subject,
    CASE WHEN client = {{ cohort }} THEN COALESCE(route, '') ELSE '' END AS route, drill, deploy
  FROM attempts
  WHERE period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal')
),
counted AS (
  SELECT series, bin_ts, period, cohort, subject, drill, deploy, route, CAST(COUNT(*) AS BIGINT) AS requests
  FROM asked
  GROUP BY series, bin_ts, period, cohort, subject, drill, deploy, route
),
failed AS (
  SELECT '401/403' AS series, first_ts // 300000 * 300000 AS bin_ts, period, CASE WHEN client = {{ cohort }} THEN 1 ELSE 0 END AS cohort, CASE WHEN client = {{ cohort }} THEN COALESCE(tester, 'unknown') ELSE '' END AS subject,
    drill, deploy, COALESCE(route, '') AS route, errors, kind, request_id, file, line
  FROM episodes
  WHERE outermost = 1 AND class IN ('401', '403') AND period IN ('baseline', 'beta') AND client NOT IN ('probe', 'internal')
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
