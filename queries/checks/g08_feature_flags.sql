/*---
title  = "The feature-flag endpoint answers validly"
item   = "G8"
line   = "Feature flags endpoint `GET /api/feature-flags` returns valid response"
effect = "blocker"
proof  = "machine"
rule   = { kind = "share", min = "ok-probe-share", run = 1 }
needs  = ["probes"]
unit = "feature-flag probes outside drills and deploys"
means  = "The answers are 200, JSON, name the flags that the app needs, and have the values that the probe expects."
---*/
WITH seen AS (
  SELECT ts, vantage, CASE WHEN status = 200 AND ok = 1 AND body_json = 1{% for flag in lists.required_flags %} AND body LIKE '%"{{ flag }}"%'{% endfor %} THEN 1 ELSE 0 END AS good
  FROM probes
  WHERE probe = {{ params.flags_probe }} AND drill = 0 AND deploy = 0 AND ts < {{ judged_to }}
),
numbered AS (
  SELECT good, vantage,
    ROW_NUMBER() OVER (PARTITION BY vantage ORDER BY ts) AS n,
    ROW_NUMBER() OVER (PARTITION BY vantage, good ORDER BY ts) AS m
  FROM seen
),
islands AS (SELECT vantage, n - m AS island, COUNT(*) AS length FROM numbered WHERE good = 0 GROUP BY vantage, n - m),
worst AS (SELECT COALESCE(MAX(length), 0) AS worst_run FROM islands),
hours AS (
  SELECT COUNT(DISTINCT ts // 3600000) AS hours, COALESCE(MAX(ts), 0) AS last_ts FROM probes
  WHERE probe = {{ params.flags_probe }} AND ts >= {{ beta_from }} AND ts < {{ judged_to }}
),
total AS (SELECT COALESCE(SUM(good), 0) AS good, COUNT(*) AS total FROM seen)
SELECT total.good, total.total, worst.worst_run,
  CASE WHEN 3600000 * hours.hours < {{ params.coverage_share }} * ({{ judged_to }} - {{ beta_from }}) - 3600000 OR hours.last_ts < {{ judged_to }} - 7200000
    THEN 1 ELSE 0 END AS stopped
FROM total CROSS JOIN worst CROSS JOIN hours
ORDER BY total.good
