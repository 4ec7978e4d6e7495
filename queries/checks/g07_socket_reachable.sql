/*---
title  = "The socket namespace is reachable from outside"
item   = "G7"
line   = "WebSocket `/trading` namespace is reachable from an external network (not just localhost)"
effect = "blocker"
proof  = "machine"
rule   = { kind = "share", min = "ok-probe-share", run = 1 }
needs  = ["probes"]
unit = "handshake probes from an external vantage"
means  = "Handshake probes from outside connect to the namespace."
---*/
WITH seen AS (
  SELECT ts, vantage, CASE WHEN ok = 1 THEN 1 ELSE 0 END AS good
  FROM probes
  WHERE probe = {{ params.socket_probe }} AND external = 1 AND namespace = {{ params.socket_namespace }} AND drill = 0 AND deploy = 0 AND ts < {{ judged_to }}
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
  WHERE probe = {{ params.socket_probe }} AND external = 1 AND namespace = {{ params.socket_namespace }} AND ts >= {{ beta_from }} AND ts < {{ judged_to }}
),
total AS (SELECT COALESCE(SUM(good), 0) AS good, COUNT(*) AS total FROM seen)
SELECT total.good, total.total, worst.worst_run,
  CASE WHEN 3600000 * hours.hours < {{ params.coverage_share }} * ({{ judged_to }} - {{ beta_from }}) - 3600000 OR hours.last_ts < {{ judged_to }} - 7200000
    THEN 1 ELSE 0 END AS stopped
FROM total CROSS JOIN worst CROSS JOIN hours
ORDER BY total.good
