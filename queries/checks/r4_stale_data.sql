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
one = "confirmed mismatch"
means  = "Two reads more than half a minute behind what the web had shown; the prescribed action is to investigate."
---*/
WITH behind AS (
  SELECT tester, ts, file, line FROM pairs
  WHERE period = 'beta' AND drill = 0 AND agree = 0 AND behind_s > {{ params.stale_seconds }}
),
stale AS (
  SELECT tester, ts, file, line FROM logs
  WHERE event = 'positions.stale' AND tier = 'device' AND period = 'beta' AND drill = 0
),
both_kinds AS (SELECT * FROM behind UNION ALL SELECT * FROM stale)
SELECT COALESCE(tester, 'unknown') AS subject,
  CONCAT('was shown an older state than the web ', CAST(COUNT(*) AS VARCHAR), ' times') AS reason,
  COUNT(*) AS reads, MIN(ts) AS ts, tester, MIN(file) AS file, MIN(line) AS line
FROM both_kinds
GROUP BY tester HAVING COUNT(*) >= 2
ORDER BY ts, file, line

/*--- exposure ---*/
SELECT COUNT(*) AS n FROM pairs WHERE period = 'beta' AND drill = 0
ORDER BY n
