/*---
title  = "Each tester sees only their own data"
item   = "S5.15"
effect = "blocker"
proof  = "machine"
rule   = { kind = "each_tester" }
needs  = ["logs.api"]
shows = "saw only their own data"
feature = "Own data only"
owned = true
attributed = true
leak   = true
ask    = "use the app within the own scope"
means  = "Every answer to the tester's app that names an owner names the tester."
---*/
SELECT tester, COUNT(*) AS seen, SUM(CASE WHEN owner_key <> user_key THEN 1 ELSE 0 END) AS bad,
  CASE WHEN SUM(CASE WHEN owner_key <> user_key THEN 1 ELSE 0 END) > 0 THEN 'answers carried another user''s data' ELSE '' END AS reason,
  MIN(CASE WHEN owner_key <> user_key THEN file END) AS file, MIN(CASE WHEN owner_key <> user_key THEN line END) AS line
FROM logs
WHERE event = 'request' AND tier = 'server' AND period IN ('beta', 'after') AND owner_key IS NOT NULL AND user_key IS NOT NULL AND status < 400 AND client = {{ cohort }} AND tester IS NOT NULL
GROUP BY tester
ORDER BY tester
