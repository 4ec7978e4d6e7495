/*---
title  = "The distribution channel is ready"
item   = "G13"
line   = "Internal distribution channel ready (TestFlight for iOS, Internal Testing for Android, or Expo Go for dev)"
effect = "blocker"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["deploys"]
means  = "The candidate was deployed to one internal channel per platform."
---*/
WITH channels AS (
  SELECT COUNT(DISTINCT environment) AS n
  FROM deploys
  WHERE build = {{ candidate }} AND state = 'success'
)
SELECT CASE WHEN n >= {{ platform_count }} THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN n >= {{ platform_count }} THEN 'the candidate is offered in a channel for each platform'
    ELSE 'the candidate is not offered in a channel for each platform' END AS reason,
  n AS channels
FROM channels
ORDER BY reason
