/*---
title  = "`pnpm verify` is green"
item   = "G1"
line   = "pnpm verify # must be green"
effect = "blocker"
proof  = "machine"
rule   = { kind = "latest_success" }
needs  = ["ci"]
unit = "pnpm verify"
means  = "The newest run of pnpm verify at the candidate's commit succeeded."
---*/
SELECT name, sha, status, conclusion, started_at, completed_at, '' AS reason, file, line
FROM ci
WHERE kind = 'check_run' AND sha = {{ candidate_sha }} AND name LIKE 'pnpm verify%'
ORDER BY started_at DESC, file, line
