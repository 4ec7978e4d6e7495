/*---
title  = "Positions match the web"
item   = "S5.5"
line   = "Open positions list matches what the web dashboard shows"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.api"]
shows = "saw the web's positions"
feature = "Positions"
ask    = "open positions in the app and on the web within a minute"
means  = "Reads of the same user within a minute on both clients show the same revision."
---*/
SELECT tester, SUM(agree) AS seen,
  CASE WHEN SUM(CASE WHEN agree = 0 AND behind_s > {{ params.stale_seconds }} THEN 1 ELSE 0 END) >= 2
    THEN SUM(CASE WHEN agree = 0 AND behind_s > {{ params.stale_seconds }} THEN 1 ELSE 0 END) ELSE 0 END AS bad,
  CASE WHEN SUM(CASE WHEN agree = 0 AND behind_s > {{ params.stale_seconds }} THEN 1 ELSE 0 END) >= 2
    THEN 'mobile showed an older state than the web, twice and for more than half a minute' ELSE '' END AS reason,
  MIN(CASE WHEN agree = 0 THEN file END) AS file, MIN(CASE WHEN agree = 0 THEN line END) AS line
FROM pairs
WHERE period = 'beta' AND drill = 0 AND tester IS NOT NULL AND route LIKE '%/positions'
GROUP BY tester
ORDER BY tester
