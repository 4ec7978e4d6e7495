/*---
title = "Requests that a server failed to answer"
needs = ["logs.api", "logs.gateway"]
unit  = "requests"
bad   = "server errors"
one   = "server error"

[incident]
of       = "R5"
counts   = "rate"
severity = "SEV2"
headline = "The backend failed more often"
saw      = "got errors from the backend"
---*/
WITH served AS (
  SELECT request_id AS served_id, MAX(instance) AS instance, MAX(error_type) AS error_type, MAX(message) AS message, MAX(user_key) AS user_key, MAX(method) AS method, MAX(service) AS answered_by
  FROM logs
  WHERE event = 'request' AND tier = 'server' AND request_id IS NOT NULL AND period IN ('beta', 'after')
  GROUP BY request_id
)
SELECT ts, CASE WHEN status >= 500 THEN 1 ELSE 0 END AS bad, tester, client, platform, build, route, method, COALESCE(answered_by, service) AS service, instance,
  session_key, user_key, request_id, status,
  CASE WHEN status >= 500 THEN CONCAT(CAST(status AS VARCHAR), ' ', COALESCE(error_type, ''), ' ', CASE WHEN error_type IS NULL THEN '' ELSE COALESCE(message, '') END) ELSE '' END AS says, file, line
FROM attempts LEFT JOIN served ON attempts.request_id = served.served_id
WHERE period IN ('beta', 'after') AND drill = 0 AND client IS NOT NULL AND client NOT IN ('probe', 'internal')
ORDER BY ts, file, line
