/*---
title  = "App shows incorrect or stale data"
item   = "R4"
line   = "App shows incorrect or stale positions/history vs. web"
effect = "trigger"
proof  = "machine"
rule   = { kind = "no_rows" }
needs  = ["logs.api", "logs.device"]
unit = "paired reads"
bad = "confirmed mismatches"
means  = "Two reads more than half a minute behind what the web had shown; the prescribed action is to investigate."
---*/
WITH behind AS (
  SELECT tester, route, COUNT(*) AS n, MIN(ts) AS ts, MIN(file) AS file, MIN(line) AS line
  FROM pairs
  WHERE period = 'beta' AND drill = 0 AND agree = 0 AND behind_s > {{ params.stale_seconds }}
  GROUP BY tester, route
),
stale AS (
  SELECT tester, 'on the device' AS route, COUNT(*) AS n, MIN(ts) AS ts, MIN(file) AS file, MIN(line) AS line
  FROM logs
  WHERE event = 'positions.stale' AND tier = 'device' AND period = 'beta' AND drill = 0
  GROUP BY tester
),
both_kinds AS (SELECT * FROM behind UNION ALL SELECT * FROM stale)
SELECT COALESCE(tester, 'unknown') AS subject, CONCAT('showed an older state, ', route) AS reason, n AS reads, ts, tester, file, line
FROM both_kinds WHERE n >= 2
ORDER BY ts, file, line

/*--- exposure ---*/
SELECT COUNT(*) AS n FROM pairs WHERE period = 'beta' AND drill = 0
ORDER BY n
