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
-- A report names no commit; its failures count unless a red run of the job, at whatever commit, explains them.
WITH runs AS (
  SELECT name, sha, status, conclusion, started_at, completed_at, '' AS reason, file, line
  FROM ci
  WHERE kind = 'check_run' AND sha = {{ candidate_sha }} AND name LIKE 'pnpm lint%'
),
reports AS (SELECT COUNT(*) AS failed FROM ci WHERE kind = 'suite' AND failures > 0 AND name LIKE 'pnpm lint%'),
red AS (SELECT COUNT(*) AS n FROM ci WHERE kind = 'check_run' AND conclusion = 'failure' AND name LIKE 'pnpm lint%')
SELECT runs.*, CASE WHEN reports.failed > 0 AND red.n = 0 THEN 1 ELSE 0 END AS contradicted
FROM runs CROSS JOIN reports CROSS JOIN red
ORDER BY started_at DESC, file, line
