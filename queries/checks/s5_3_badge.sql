/*---
title  = "The trading badge shows the right mode"
item   = "S5.3"
line   = "Trading control badge shows correct mode (RUNNING / PAUSED)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["attestations"]
shows = "saw the right mode"
feature = "Overview"
ask    = "attest the mode that the badge shows"
means  = "Each tester attests it; the server's own mode is not in the evidence, but a badge that nobody else was shown that day, three times, refutes it."
---*/
WITH badges AS (
  SELECT tester, badge, first_ts // 86400000 AS day, COUNT(*) AS n, MIN(file) AS file, MIN(line) AS line
  FROM sessions
  WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND badge IS NOT NULL AND build IN {{ builds }}
  GROUP BY tester, badge, first_ts // 86400000
),
shown AS (SELECT day, badge, COUNT(DISTINCT tester) AS testers FROM badges GROUP BY day, badge),
days AS (SELECT day, COUNT(DISTINCT tester) AS testers FROM badges GROUP BY day),
alone AS (
  SELECT badges.tester, badges.n, badges.file, badges.line
  FROM badges JOIN shown ON badges.day = shown.day AND badges.badge = shown.badge JOIN days ON badges.day = days.day
  WHERE shown.testers = 1 AND days.testers >= 3
)
SELECT tester, 0 AS seen, CASE WHEN SUM(n) >= 3 THEN SUM(n) ELSE 0 END AS bad,
  CASE WHEN SUM(n) >= 3 THEN 'the badge showed a mode that nobody else was shown that day' ELSE '' END AS reason,
  MIN(file) AS file, MIN(line) AS line
FROM alone
GROUP BY tester
ORDER BY tester
