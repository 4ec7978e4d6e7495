/*---
title  = "Maintenance mode was turned off"
item   = "S4.3"
line   = "Toggle maintenance mode off"
effect = "action"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "The event that ends the maintenance drill."
---*/
SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN COUNT(*) > 0 THEN 'an audit event turns it off again' ELSE 'no audit event turns it off again' END AS reason, COUNT(*) AS events
FROM audit WHERE action = 'maintenance.disabled' AND period IN ('beta', 'after') AND target IN (SELECT target FROM audit WHERE action = 'maintenance.enabled' AND drill = 1)
ORDER BY reason
