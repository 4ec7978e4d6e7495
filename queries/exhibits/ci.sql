/*---
title = "CI results at the candidate's commit"
needs = ["ci"]
---*/
SELECT name, conclusion, started_at, completed_at, SUBSTR(sha, 1, 8) AS commit, file, line
FROM ci WHERE kind = 'check_run' AND sha = {{ candidate_sha }}
ORDER BY name, started_at, line
