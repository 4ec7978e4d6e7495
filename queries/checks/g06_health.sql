/*---
title  = "The health endpoint of the target answers 200"
item   = "G6"
line   = "`GET /health/live` returns 200 from the deployment that mobile will target"
effect = "blocker"
proof  = "machine"
rule   = { kind = "share", min = "ok-probe-share", run = 1 }
needs  = ["probes"]
unit = "health probes of the host that the app calls, outside drills and deploys"
means  = "At least 99 % of the health probes outside drills and deploys answer 200, and no two in a row fail."
---*/
-- Each SPLIT_PART repeats its text in the engine, so an address is taken apart in steps.
WITH addresses AS (
  SELECT SPLIT_PART(SPLIT_PART(message, 'EXPO_PUBLIC_TRADING_API_URL=', 2), ' ', 1) AS address
  FROM logs WHERE event = 'app.environment' AND period = 'beta' AND build IN {{ builds }}
),
places AS (SELECT SPLIT_PART(SPLIT_PART(address, '://', 2), '/', 1) AS place FROM addresses),
targets AS (SELECT DISTINCT LOWER(SPLIT_PART(place, ':', 1)) AS target FROM places),
known AS (SELECT COUNT(*) AS n FROM targets WHERE target <> ''),
-- Only probes of the host that the app calls, where the devices tell it, say something about the app's target.
aimed AS (
  SELECT probes.* FROM probes LEFT JOIN targets ON probes.host = targets.target CROSS JOIN known
  WHERE known.n = 0 OR targets.target IS NOT NULL
),
seen AS (
  SELECT ts, vantage, CASE WHEN status = 200 AND ok = 1 THEN 1 ELSE 0 END AS good
  FROM aimed
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
hours AS (
  SELECT COUNT(DISTINCT ts // 3600000) AS hours, COALESCE(MAX(ts), 0) AS last_ts FROM aimed
  WHERE probe = {{ params.health_probe }} AND ts >= {{ beta_from }} AND ts < {{ judged_to }}
),
total AS (SELECT COALESCE(SUM(good), 0) AS good, COUNT(*) AS total FROM seen)
SELECT total.good, total.total, worst.worst_run,
  CASE WHEN 3600000 * hours.hours < {{ params.coverage_share }} * ({{ judged_to }} - {{ beta_from }}) - 3600000 OR hours.last_ts < {{ judged_to }} - 7200000
    THEN 1 ELSE 0 END AS stopped
FROM total CROSS JOIN worst CROSS JOIN hours
ORDER BY total.good
