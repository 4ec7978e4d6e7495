/*---
title  = "Tenant data leak"
item   = "R2"
line   = "Tenant data leak — tester sees another user's data"
effect = "trigger"
proof  = "machine"
rule   = { kind = "no_rows" }
needs  = ["logs.api"]
unit = "answers that name an owner"
bad = "foreign owners"
one = "foreign owner"
owned = true
unwaivable = true
means  = "One answer whose owner is not the user who asked; roles that may read others are exempt outside the cohort. Or one request id in the requests of two users."
---*/
WITH answers AS (
SELECT COALESCE(tester, user_key) AS subject, CONCAT('was given another user''s data by ', COALESCE(route, '')) AS reason,
  ts, tester, user_key, owner_key, route, status, build, platform, rev, request_id, file, line
FROM logs
WHERE event = 'request' AND tier = 'server' AND period IN ('beta', 'after') AND owner_key IS NOT NULL AND user_key IS NOT NULL AND status < 400 AND owner_key <> user_key AND (client = {{ cohort }} OR role IS NULL OR role NOT IN {{ params.may_read_others }})
),
shared AS (
  SELECT request_id AS shared_id FROM logs
  WHERE event = 'request' AND tier = 'server' AND period IN ('beta', 'after') AND request_id IS NOT NULL AND user_key IS NOT NULL
  GROUP BY request_id HAVING COUNT(DISTINCT user_key) > 1
),
reused AS (
  SELECT COALESCE(tester, user_key) AS subject, 'shares a request id with another user' AS reason,
    ts, tester, user_key, owner_key, route, status, build, platform, rev, request_id, file, line
  FROM logs JOIN shared ON logs.request_id = shared.shared_id
  WHERE event = 'request' AND tier = 'server' AND user_key IS NOT NULL
),
both_kinds AS (SELECT * FROM answers UNION ALL SELECT * FROM reused)
SELECT * FROM both_kinds
ORDER BY ts, file, line

/*--- exposure ---*/
SELECT COUNT(*) AS n FROM logs
WHERE event = 'request' AND tier = 'server' AND period IN ('beta', 'after') AND owner_key IS NOT NULL AND user_key IS NOT NULL AND status < 400
ORDER BY n
