/*---
title  = "`pnpm lint` is green"
item   = "G2"
line   = "pnpm lint # must be green"
effect = "blocker"
proof  = "machine"
rule   = { kind = "latest_success" }
needs  = ["ci"]
unit = "pnpm lint"
means  = "The newest run of pnpm lint at the candidate's commit succeeded."
---*/
SELECT name, sha, status, conclusion, started_at, completed_at, '' AS reason, file, line
FROM ci
WHERE kind = 'check_run' AND sha = {{ candidate_sha }} AND name LIKE 'pnpm lint%'
ORDER BY started_at DESC, file, line
