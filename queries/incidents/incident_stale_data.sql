/*---
title = "Reads that were behind the web"
needs = ["logs.api"]
unit  = "reads that the web can be compared with"
bad   = "stale reads"
one   = "stale read"

[incident]
of       = "R4"
counts   = "rate"
severity = "SEV2"
headline = "Testers were shown stale data"
saw      = "were shown positions or history older than what the web showed"
---*/
WITH reads AS (
  SELECT pairs.ts AS ts, CASE WHEN pairs.agree = 0 AND pairs.behind_s > {{ params.stale_seconds }} THEN 1 ELSE 0 END AS bad,
    pairs.tester AS tester, pairs.route AS route, pairs.build AS build, pairs.request_id AS request_id, pairs.file AS file, pairs.line AS line,
    'behind the web' AS says
  FROM pairs
  WHERE pairs.period IN ('beta', 'after') AND pairs.drill = 0
),
known AS (
  SELECT file AS known_file, line AS known_line, method, platform, service, instance, session_key, user_key, owner_key, status FROM logs WHERE tier = 'server' AND event = 'request'
)
SELECT ts, bad, tester, {{ cohort }} AS client, platform, build, route, method, service, instance, session_key, user_key, owner_key, request_id, status, says, file, line
FROM reads LEFT JOIN known ON reads.file = known.known_file AND reads.line = known.known_line
ORDER BY ts, file, line
