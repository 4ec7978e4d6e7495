/*---
title = "Answers with the data of another user"
needs = ["logs.api"]
unit  = "answers that name an owner"
bad   = "foreign answers"
one   = "foreign answer"

[incident]
of       = "R2"
counts   = "each"
severity = "SEV1"
headline = "Testers were shown other people's data"
saw      = "were shown data that belong to other accounts"
quiet    = "The answers were well formed and had a status of success, so no error counter moved."
---*/
SELECT ts, CASE WHEN owner_key <> user_key AND (client = {{ cohort }} OR role IS NULL OR role NOT IN {{ params.may_read_others }}) THEN 1 ELSE 0 END AS bad,
  tester, client, platform, build, route, method, service, instance, session_key, user_key, owner_key, request_id, status,
  'answered with the data of another user' AS says, file, line
FROM logs
WHERE event = 'request' AND tier = 'server' AND period IN ('beta', 'after') AND owner_key IS NOT NULL AND user_key IS NOT NULL AND status < 400
ORDER BY ts, file, line
