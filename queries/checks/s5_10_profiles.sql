/*---
title  = "Trading profiles load for the user"
item   = "S5.10"
line   = "Trading profiles list loads for the authenticated user"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.api"]
shows = "loaded their own profiles"
feature = "Strategies"
leak   = true
ask    = "open the trading profiles"
means  = "200 answers whose owner is the user who asked."
---*/
SELECT tester,
  SUM(CASE WHEN status = 200 AND owner_key = user_key THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN owner_key <> user_key THEN 1 ELSE 0 END) AS bad,
  CASE WHEN SUM(CASE WHEN owner_key <> user_key THEN 1 ELSE 0 END) > 0 THEN 'the answer belonged to another user' ELSE '' END AS reason,
  MIN(CASE WHEN owner_key <> user_key THEN file END) AS file,
  MIN(CASE WHEN owner_key <> user_key THEN line END) AS line
FROM logs
WHERE event = 'request' AND tier = 'server' AND client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL
  AND route LIKE '%/trading-profiles'
GROUP BY tester
ORDER BY tester
