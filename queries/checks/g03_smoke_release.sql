/*---
title  = "`pnpm smoke:release` passes"
item   = "G3"
line   = "pnpm smoke:release # must pass — validates mobile platform contract compilation"
effect = "blocker"
proof  = "machine"
rule   = { kind = "latest_success" }
needs  = ["ci"]
unit = "pnpm smoke:release"
means  = "The newest run of pnpm smoke:release at the candidate's commit succeeded."
---*/
SELECT name, sha, status, conclusion, started_at, completed_at, '' AS reason, file, line
FROM ci
WHERE kind = 'check_run' AND sha = {{ candidate_sha }} AND name LIKE 'pnpm smoke:release%'
ORDER BY started_at DESC, file, line
