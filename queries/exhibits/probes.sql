/*---
title = "Probes up to the end of the judged window"
needs = ["probes"]
---*/
SELECT probe, vantage, COUNT(*) AS probes, SUM(ok) AS good, SUM(CASE WHEN drill = 1 OR deploy = 1 THEN 1 ELSE 0 END) AS set_apart,
  MIN(ts) AS first_at, MAX(ts) AS last_at
FROM probes WHERE ts < {{ judged_to }}
GROUP BY probe, vantage ORDER BY probe, vantage
