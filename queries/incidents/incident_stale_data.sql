/*---
title = "Reads that were behind the web"
needs = ["logs.api"]
unit  = "reads of a book"
bad   = "stale reads"
one   = "stale read"

[incident]
of       = "R4"
counts   = "rate"
severity = "SEV2"
headline = "Testers were shown stale data"
saw      = "were shown positions or history older than what the web showed"
---*/
WITH behind AS (
  SELECT file AS behind_file, line AS behind_line FROM pairs
  WHERE period IN ('beta', 'after') AND drill = 0 AND agree = 0 AND behind_s > {{ params.stale_seconds }}
),
reads AS (
  SELECT ts, as_of, tester, client, platform, build, route, method, service, instance, session_key, user_key, owner_key, request_id, status, file, line
  FROM logs
  WHERE event = 'request' AND tier = 'server' AND client = {{ cohort }} AND rev IS NOT NULL AND status < 400
    AND owner_key = user_key AND period IN ('beta', 'after') AND drill = 0
),
served AS (
  SELECT ts, CASE WHEN behind_file IS NOT NULL OR ts - as_of > 1000 * {{ params.stale_seconds }} THEN 1 ELSE 0 END AS bad,
    tester, client, platform, build, route, method, service, instance, session_key, user_key, owner_key, request_id, status, 'behind the web' AS says, file, line
  FROM reads LEFT JOIN behind ON reads.file = behind.behind_file AND reads.line = behind.behind_line
),
shown AS (
  SELECT server_ts AS ts, 1 AS bad, tester, client, platform, build, '(shown by the app)' AS route, CAST(NULL AS VARCHAR) AS method, 'device' AS service,
    CAST(NULL AS VARCHAR) AS instance, session_key, user_key, CAST(NULL AS VARCHAR) AS owner_key, CAST(NULL AS VARCHAR) AS request_id, CAST(NULL AS BIGINT) AS status,
    'the app shows an old state' AS says, file, line
  FROM logs LEFT JOIN behind ON logs.file = behind.behind_file AND logs.line = behind.behind_line
  WHERE tier = 'device' AND client = {{ cohort }} AND period IN ('beta', 'after') AND drill = 0
    AND (event = 'positions.stale' OR (event = 'positions.rendered' AND behind_file IS NOT NULL))
),
every AS (SELECT * FROM served UNION ALL SELECT * FROM shown)
SELECT * FROM every ORDER BY ts, file, line
