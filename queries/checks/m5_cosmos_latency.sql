/*---
title  = "Database read latency is normal"
item   = "M5"
line   = "Cosmos read latency is normal — mobile polling does not add unexpected load"
effect = "blocker"
proof  = "machine"
rule   = { kind = "latency_ratio", margin = "latency-margin" }
needs  = ["metrics"]
unit   = "reads"
duration = true
means  = "95th percentile and cost of database reads in bins of five minutes with requests of the cohort against those without, at the same hours of the day: passes where the ratio of the percentiles is below the limit with 95 % confidence, the cost per read is within it, and no more requests are refused."
---*/
WITH busy AS (
  SELECT ts // 300000 * 300000 AS bin, 1 AS cohort
  FROM attempts WHERE client = {{ cohort }} AND period = 'beta'
  GROUP BY ts // 300000 * 300000
),
marked AS (
  SELECT increases.bin // 3600000 * 3600000 AS hour_ts, increases.bin, increases.counter, increases.period, COALESCE(busy.cohort, 0) AS cohort, increases.le, increases.thousandths
  FROM increases LEFT JOIN busy ON increases.bin = busy.bin
  WHERE increases.period IN ('baseline', 'beta') AND increases.drill = 0 AND increases.deploy = 0
)
SELECT hour_ts, counter, period, cohort, le, SUM(thousandths) AS thousandths, COUNT(DISTINCT bin) * 300 AS seconds
FROM marked
GROUP BY hour_ts, counter, period, cohort, le
ORDER BY hour_ts, period, counter, cohort, le
