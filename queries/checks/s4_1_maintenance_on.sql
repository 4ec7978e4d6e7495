/*---
title  = "Maintenance mode was turned on"
item   = "S4.1"
line   = "Toggle maintenance mode on via platform-service"
effect = "action"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "A planned maintenance event in the audit log."
---*/
SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN COUNT(*) > 0 THEN 'an audit event turns it on for the drill' ELSE 'no audit event turns it on for a drill' END AS reason, COUNT(*) AS events
FROM audit WHERE action = 'maintenance.enabled' AND drill = 1 AND period IN ('beta', 'after')
ORDER BY reason
