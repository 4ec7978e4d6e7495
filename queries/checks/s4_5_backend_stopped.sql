/*---
title  = "The backend was stopped for a drill"
item   = "S4.5"
line   = "Stop the backend service temporarily"
effect = "action"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "The event that begins the backend-stop drill."
---*/
SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN COUNT(*) > 0 THEN 'an audit event starts the drill' ELSE 'no audit event starts a drill' END AS reason, COUNT(*) AS events
FROM audit WHERE action = 'drill.started' AND period IN ('beta', 'after')
ORDER BY reason
