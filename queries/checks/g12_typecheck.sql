/*---
title  = "The app compiles cleanly"
item   = "G12"
line   = "App compiles cleanly: `pnpm --filter @bytelyst/trading-mobile typecheck`"
effect = "blocker"
proof  = "machine"
rule   = { kind = "latest_success" }
needs  = ["ci"]
unit = "typecheck"
means  = "The newest run of typecheck at the candidate's commit succeeded."
---*/
SELECT name, sha, status, conclusion, started_at, completed_at, '' AS reason, file, line
FROM ci
WHERE kind = 'check_run' AND sha = {{ candidate_sha }} AND name LIKE '%typecheck%'
ORDER BY started_at DESC, file, line
