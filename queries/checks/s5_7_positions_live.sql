/*---
title  = "Positions update live"
item   = "S5.7"
line   = "Positions update live when the backend broadcasts `positions_update`"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "received a live update"
feature = "Positions"
ask    = "keep positions open until one is updated"
means  = "A broadcast that the device logged; most of those that the service sent to the app's open sockets must be there."
---*/
WITH received AS (
  SELECT tester, rev, ts FROM logs
  WHERE event = 'positions.update' AND tier = 'device' AND period = 'beta' AND tester IS NOT NULL
),
-- What the service sent to a socket that the device knew of; at its very begin and end it may have missed the app.
sent AS (
  SELECT sockets.tester, logs.rev, MIN(logs.ts) AS ts, MIN(logs.file) AS file, MIN(logs.line) AS line
  FROM logs JOIN sockets ON logs.user_key = sockets.user_key
  WHERE logs.event = 'socket.broadcast' AND logs.reason = 'positions_update' AND logs.period = 'beta'
    AND sockets.client = {{ cohort }} AND sockets.session_key IS NOT NULL AND sockets.tester IS NOT NULL
    AND logs.ts > sockets.connected_ts + 2000 AND logs.ts < sockets.disconnected_ts - 2000
  GROUP BY sockets.tester, logs.rev
),
once AS (SELECT DISTINCT tester, rev FROM received),
missed AS (
  SELECT sent.tester, COUNT(*) AS sent, SUM(CASE WHEN once.rev IS NULL THEN 1 ELSE 0 END) AS missed,
    MIN(CASE WHEN once.rev IS NULL THEN sent.file END) AS file, MIN(CASE WHEN once.rev IS NULL THEN sent.line END) AS line
  FROM sent LEFT JOIN once ON sent.tester = once.tester AND sent.rev = once.rev
  GROUP BY sent.tester
),
each AS (
  SELECT tester, COUNT(*) AS seen, 0 AS sent, 0 AS missed, MIN(ts) AS first_at, CAST(NULL AS VARCHAR) AS file, CAST(NULL AS BIGINT) AS line FROM received GROUP BY tester
  UNION ALL
  SELECT tester, 0 AS seen, sent, missed, CAST(NULL AS BIGINT) AS first_at, file, line FROM missed
)
SELECT tester, SUM(seen) AS seen,
  CASE WHEN SUM(missed) >= 2 AND 2 * SUM(missed) > SUM(sent) THEN SUM(missed) ELSE 0 END AS bad,
  CASE WHEN SUM(missed) >= 2 AND 2 * SUM(missed) > SUM(sent)
    THEN CONCAT(CAST(SUM(missed) AS VARCHAR), ' of ', CAST(SUM(sent) AS VARCHAR), ' updates that the service sent to the open socket did not reach the app') ELSE '' END AS reason,
  MIN(first_at) AS first_at, MIN(file) AS file, MIN(line) AS line
FROM each
GROUP BY tester
ORDER BY tester
