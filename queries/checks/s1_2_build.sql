/*---
title  = "The candidate was built"
item   = "S1.2"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["deploys"]
means  = "Where EAS builds are collected: one that finished for each platform, at the candidate's commit; else a deployment record of the candidate with its commit."
---*/
WITH built AS (
  SELECT COUNT(*) AS n,
    COUNT(DISTINCT CASE WHEN state = 'success' AND sha = {{ candidate_sha }} THEN platform END) AS platforms,
    SUM(CASE WHEN state = 'success' AND sha IS NOT NULL AND {{ candidate_sha }} <> '' AND sha <> {{ candidate_sha }} THEN 1 ELSE 0 END) AS other,
    SUM(CASE WHEN state = 'success' AND sha IS NULL THEN 1 ELSE 0 END) AS unknown
  FROM deploys WHERE task = 'eas build' AND build = {{ candidate }}
),
named AS (
  SELECT COUNT(*) AS n FROM deploys
  WHERE build = {{ candidate }} AND sha IS NOT NULL AND (task IS NULL OR task <> 'eas build')
),
distributed AS (SELECT COUNT(*) AS n FROM deploys WHERE build IN {{ builds }})
SELECT
  CASE WHEN built.n > 0 AND built.platforms >= {{ platform_count }} OR built.n = 0 AND named.n > 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN built.other > 0 THEN 1 ELSE 0 END AS bad,
  CASE WHEN {{ params.distribution }} = 'expo-go' AND distributed.n = 0 THEN 1 ELSE 0 END AS na,
  CASE WHEN {{ params.distribution }} = 'expo-go' AND distributed.n = 0 THEN 'option A was taken: nothing is built for Expo Go'
    WHEN built.other > 0 THEN 'an EAS build of the candidate was made from another commit'
    WHEN built.n > 0 AND built.platforms >= {{ platform_count }} THEN 'EAS built the candidate''s commit for each platform'
    WHEN built.unknown > 0 THEN 'an EAS build of the candidate was made from a tree with changes, so no commit holds it'
    WHEN built.n > 0 THEN 'EAS did not finish a build of the candidate for each platform'
    WHEN named.n > 0 THEN 'a deployment names the candidate and its commit'
    ELSE 'no deployment names the candidate' END AS reason,
  built.platforms AS platforms
FROM built CROSS JOIN named CROSS JOIN distributed
ORDER BY reason
