/*---
title  = "The distribution channel is ready"
item   = "G13"
line   = "Internal distribution channel ready (TestFlight for iOS, Internal Testing for Android, or Expo Go for dev)"
effect = "blocker"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["deploys"]
means  = "The candidate was deployed to one internal channel per platform, the same commit in each."
---*/
WITH newest AS (SELECT environment, MAX(ts) AS ts FROM deploys WHERE build = {{ candidate }} GROUP BY environment),
channels AS (
  SELECT COUNT(DISTINCT CASE WHEN deploys.state = 'success' THEN deploys.environment END) AS n,
    SUM(CASE WHEN deploys.state IN ('failure', 'error') THEN 1 ELSE 0 END) AS failed,
    COUNT(DISTINCT CASE WHEN deploys.state = 'success' THEN deploys.sha END) AS commits
  FROM deploys JOIN newest ON deploys.environment = newest.environment AND deploys.ts = newest.ts
  WHERE deploys.build = {{ candidate }}
)
SELECT CASE WHEN n >= {{ platform_count }} THEN 1 ELSE 0 END AS shown, CASE WHEN failed > 0 OR commits > 1 THEN 1 ELSE 0 END AS bad,
  CASE WHEN failed > 0 THEN 'the candidate could not be delivered to one of its channels'
    WHEN commits > 1 THEN 'its channels offer different commits as the candidate'
    WHEN n >= {{ platform_count }} THEN 'the candidate is offered in a channel for each platform'
    ELSE 'the candidate is not offered in a channel for each platform' END AS reason,
  n AS channels
FROM channels
ORDER BY reason
