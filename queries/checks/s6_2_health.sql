/*---
title  = "The health status is right"
item   = "S6.2"
line   = "Health status reflects current backend loop health"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
shows = "saw the right state"
needs  = ["attestations"]
feature = "Real-time"
ask    = "compare the health status with the backend's"
means  = "Each tester attests it; a badge that is not healthy three times, while every health probe of those ten minutes is good, refutes it."
---*/
WITH probed AS (
  SELECT ts // 600000 AS bin, MIN(CASE WHEN status = 200 AND ok = 1 THEN 1 ELSE 0 END) AS good
  FROM probes WHERE probe = {{ params.health_probe }} GROUP BY ts // 600000
),
shown AS (
  SELECT tester, server_ts // 600000 AS bin, SPLIT_PART(SPLIT_PART(message, 'health=', 2), ' ', 1) AS health, file, line
  FROM logs
  WHERE event = 'overview.ready' AND tier = 'device' AND period = 'beta' AND drill = 0 AND deploy = 0 AND tester IS NOT NULL
),
wrong AS (
  SELECT shown.tester, shown.file, shown.line FROM shown JOIN probed ON shown.bin = probed.bin
  WHERE probed.good = 1 AND shown.health <> '' AND shown.health NOT IN {{ params.healthy_words }}
)
SELECT tester, 0 AS seen, CASE WHEN COUNT(*) >= 3 THEN COUNT(*) ELSE 0 END AS bad,
  CASE WHEN COUNT(*) >= 3 THEN 'the app showed the backend as unhealthy while every probe found it well' ELSE '' END AS reason,
  MIN(file) AS file, MIN(line) AS line
FROM wrong
GROUP BY tester
ORDER BY tester
