/*---
title  = "The health endpoint of the target answers 200"
item   = "G6"
line   = "`GET /health/live` returns 200 from the deployment that mobile will target"
effect = "blocker"
proof  = "machine"
rule   = { kind = "share", min = "ok-probe-share", run = 1 }
needs  = ["probes"]
unit = "health probes outside drills and deploys"
means  = "At least 99 % of the health probes outside drills and deploys answer 200, and no two in a row fail."
---*/
WITH seen AS (
  SELECT ts, vantage, CASE WHEN status = 200 THEN 1 ELSE 0 END AS good
  FROM probes
  WHERE probe = {{ params.health_probe }} AND drill = 0 AND deploy = 0 AND ts < {{ judged_to }}
),
numbered AS (
  SELECT good, vantage,
    ROW_NUMBER() OVER (PARTITION BY vantage ORDER BY ts) AS n,
    ROW_NUMBER() OVER (PARTITION BY vantage, good ORDER BY ts) AS m
  FROM seen
),
islands AS (SELECT vantage, n - m AS island, COUNT(*) AS length FROM numbered WHERE good = 0 GROUP BY vantage, n - m),
worst AS (SELECT COALESCE(MAX(length), 0) AS worst_run FROM islands),
total AS (SELECT COALESCE(SUM(good), 0) AS good, COUNT(*) AS total FROM seen)
SELECT total.good, total.total, worst.worst_run FROM total CROSS JOIN worst ORDER BY total.good
