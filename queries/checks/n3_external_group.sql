/*---
title  = "Next stage: external operators"
item   = "N3"
line   = "Expand to a small group of external operators (e.g., power users, design partners)"
effect = "advisory"
proof  = "machine"
rule   = { kind = "due", reason = "waits for the roster of external operators, with their consent and a contact for support" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
