/*---
title  = "The candidate is visible to testers"
item   = "S1.3"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "An audit event that publishes the candidate; an EAS build for internal distribution cannot be what a store shows."
---*/
WITH published AS (
  SELECT COUNT(*) AS n FROM audit WHERE action = 'distribution.published' AND target = {{ candidate }}
),
built AS (
  SELECT SUM(CASE WHEN distribution = 'internal' THEN 1 ELSE 0 END) AS internal,
    SUM(CASE WHEN distribution = 'store' THEN 1 ELSE 0 END) AS store
  FROM deploys WHERE task = 'eas build' AND build = {{ candidate }} AND state = 'success'
),
distributed AS (SELECT COUNT(*) AS n FROM deploys WHERE build IN {{ builds }})
SELECT CASE WHEN published.n > 0 THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN {{ params.distribution }} = 'expo-go' AND distributed.n = 0 THEN 1 ELSE 0 END AS na,
  CASE WHEN published.n > 0 AND built.internal > 0 AND built.store = 0 THEN 1 ELSE 0 END AS thin,
  CASE WHEN {{ params.distribution }} = 'expo-go' AND distributed.n = 0 THEN 'option A was taken: nothing is submitted for Expo Go'
    WHEN published.n > 0 AND built.internal > 0 AND built.store = 0
      THEN 'it is said to be published, but EAS built it for internal distribution, which no store takes'
    WHEN published.n > 0 THEN 'the candidate was published to the testers'
    ELSE 'no event says that the candidate was published' END AS reason
FROM published CROSS JOIN built CROSS JOIN distributed
ORDER BY reason
