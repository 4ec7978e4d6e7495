/*---
title = "Issues of the beta period"
needs = ["bugs"]
---*/
SELECT CONCAT('#', id) AS issue, title, COALESCE(priority, 'none') AS priority, state, created_at, closed_at, file, line
FROM bugs WHERE pull_request = 0 AND created_at >= {{ beta_from }} AND created_at < {{ beta_to }}
ORDER BY created_at, id
