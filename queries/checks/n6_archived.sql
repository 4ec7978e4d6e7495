/*---
title  = "Production: legacy repositories archived"
item   = "N6"
line   = "Archive legacy `bytelyst-trading-dashboard-web`, `bytelyst-trading-bot-service`, and `bytelyst-trading-dashboard-mob`"
effect = "advisory"
proof  = "machine"
rule   = { kind = "due", reason = "waits for the archived repositories" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
