/*---
title  = "The portfolio loads"
item   = "S5.1"
line   = "Portfolio summary loads with current positions and account snapshot"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.api"]
shows = "loaded positions and account"
feature = "Overview"
ask    = "open the portfolio"
means  = "Both calls answered with the tester's own data."
---*/
WITH each AS (
  SELECT tester,
    SUM(CASE WHEN route LIKE '%/positions' AND status = 200 AND owner_key = user_key THEN 1 ELSE 0 END) AS positions,
    SUM(CASE WHEN route LIKE '%/account' AND status = 200 AND owner_key = user_key THEN 1 ELSE 0 END) AS account
  FROM logs
  WHERE event = 'request' AND tier = 'server' AND client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL
  GROUP BY tester
)
SELECT tester, CASE WHEN positions > 0 AND account > 0 THEN positions ELSE 0 END AS seen, 0 AS bad, '' AS reason
FROM each
ORDER BY tester
