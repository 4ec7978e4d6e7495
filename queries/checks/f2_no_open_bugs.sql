/*---
title  = "No open P0 or P1 bugs of the beta"
item   = "F2"
line   = "No open P0/P1 bugs from the beta period"
effect = "blocker"
proof  = "machine"
rule   = { kind = "no_rows" }
needs  = ["bugs"]
unit = "issues in the tracker's answer"
bad = "open bugs"
one = "open bug"
means  = "No open issue of the window with P0 or P1, and no open bug without a priority."
---*/
SELECT CONCAT('#', id) AS subject,
  CASE WHEN priority IS NULL THEN 'is an open bug without a priority' ELSE CONCAT('is open with ', priority) END AS reason,
  title, priority, created_at, url, file, line
FROM bugs
WHERE state = 'open' AND pull_request = 0 AND created_at >= {{ beta_from }} AND created_at < {{ as_of }}
  AND (priority IN ('P0', 'P1') OR (priority IS NULL AND LOWER(labels) LIKE '%,bug,%'))
ORDER BY created_at, id

/*--- exposure ---*/
SELECT COUNT(*) AS n FROM bugs WHERE pull_request = 0
ORDER BY n
