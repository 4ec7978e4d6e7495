/*---
title  = "The profile is the tester's own"
item   = "S2.5"
line   = "`GET /api/me/profile` returns the correct user profile"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.api"]
shows = "were given their own profile"
feature = "Sign-in"
leak   = true
ask    = "open the profile"
means  = "200 answers whose owner is the user who asked, on a device that is signed in as the tester of the roster."
---*/
WITH answers AS (
  SELECT tester, CASE WHEN status = 200 AND owner_key = user_key THEN 1 ELSE 0 END AS good,
    CASE WHEN owner_key <> user_key THEN 1 ELSE 0 END AS strange, 0 AS other, file, line
  FROM logs
  WHERE event = 'request' AND tier = 'server' AND client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL
    AND route LIKE '%/profile'
),
-- Who the device says it is signed in as.
devices AS (
  SELECT logs.tester, 0 AS good, 0 AS strange, CASE WHEN logs.user_key <> testers.user_key THEN 1 ELSE 0 END AS other, logs.file, logs.line
  FROM logs JOIN testers ON logs.tester = testers.tester
  WHERE logs.tier = 'device' AND logs.event IN ('auth.signed_in', 'auth.restored') AND logs.period = 'beta'
    AND logs.user_key IS NOT NULL AND testers.user_key IS NOT NULL
),
both_sides AS (SELECT * FROM answers UNION ALL SELECT * FROM devices)
SELECT tester, SUM(good) AS seen, SUM(strange) + SUM(other) AS bad,
  CASE WHEN SUM(strange) > 0 THEN 'the answer belonged to another user'
    WHEN SUM(other) > 0 THEN 'the device was signed in as another user' ELSE '' END AS reason,
  MIN(CASE WHEN strange + other > 0 THEN file END) AS file,
  MIN(CASE WHEN strange + other > 0 THEN line END) AS line
FROM both_sides
GROUP BY tester
ORDER BY tester
