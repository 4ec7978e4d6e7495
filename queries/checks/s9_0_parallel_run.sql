/*---
title  = "The parallel run was long enough"
item   = "S9.0"
effect = "blocker"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["logs.api"]
means  = "At least three days on which every tester was active, and each tester on the candidate on one of them."
---*/
WITH days AS (
  SELECT first_ts // 86400000 AS day, COUNT(DISTINCT tester) AS testers
  FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
  GROUP BY first_ts // 86400000
),
full_days AS (SELECT COUNT(*) AS n FROM days WHERE testers >= {{ testers }}),
on_candidate AS (
  SELECT COUNT(DISTINCT tester) AS n FROM sessions
  WHERE client = {{ cohort }} AND period = 'beta' AND build = {{ candidate }} AND tester IS NOT NULL
)
SELECT
  CASE WHEN full_days.n >= {{ params.parallel_days }} AND on_candidate.n >= {{ testers }} AND {{ testers }} > 0 THEN 1 ELSE 0 END AS shown,
  0 AS bad,
  CASE WHEN full_days.n > 0 THEN 1 ELSE 0 END AS thin_days,
  CASE WHEN full_days.n < {{ params.parallel_days }} THEN 'too few days on which every tester was active'
    WHEN on_candidate.n < {{ testers }} THEN 'not every tester has used the candidate'
    ELSE 'every tester was active on enough days, and on the candidate' END AS reason,
  full_days.n AS days, on_candidate.n AS testers_on_candidate
FROM full_days CROSS JOIN on_candidate
ORDER BY reason
