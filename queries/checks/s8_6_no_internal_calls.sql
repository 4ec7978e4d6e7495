/*---
title  = "No /internal/trading/* from the app"
item   = "S8.6"
line   = "Confirm no API calls are made to `POST /api/trade`, `POST /api/close`, or `/internal/trading/*` from mobile"
effect = "blocker"
proof  = "machine"
rule   = { kind = "no_rows" }
needs  = ["logs.api", "logs.gateway"]
unit = "calls of the app"
bad = "/internal/trading/* calls"
one = "/internal/trading/* call"
duration = true
attributed = true
means  = "No /internal/trading/* of the app in any log of the window, refused ones included."
---*/
SELECT COALESCE(tester, 'unknown') AS subject, CONCAT(method, ' ', route) AS reason, ts, status, tester, platform, build, request_id, file, line
FROM logs
WHERE event = 'request' AND client = {{ cohort }} AND period IN ('beta', 'after') AND LOWER(route) LIKE '%/internal/trading/%'
ORDER BY ts, file, line

/*--- exposure ---*/
SELECT COUNT(*) AS n FROM logs
WHERE event = 'request' AND tier IN ('gateway', 'server') AND client = {{ cohort }} AND period = 'beta'
ORDER BY n
