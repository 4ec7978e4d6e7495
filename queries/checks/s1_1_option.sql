/*---
title  = "Expo Go or a native build"
item   = "S1.1"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["deploys"]
means  = "Which of the two options of step 1 was taken: Expo Go as the parameter distribution records it, else a native build that was distributed."
---*/
WITH distributed AS (SELECT COUNT(*) AS n FROM deploys WHERE build IN {{ builds }})
SELECT CASE WHEN {{ params.distribution }} = 'expo-go' AND n = 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN {{ params.distribution }} = 'expo-go' AND n > 0 THEN 1 ELSE 0 END AS bad,
  CASE WHEN {{ params.distribution }} <> 'expo-go' AND n > 0 THEN 1 ELSE 0 END AS na,
  CASE WHEN {{ params.distribution }} = 'expo-go' AND n > 0 THEN 'Expo Go is declared, but a native build was distributed'
    WHEN {{ params.distribution }} = 'expo-go' THEN 'option A: testers run it in Expo Go, which gives no crash reports of a store'
    WHEN n > 0 THEN 'option B: a native build was distributed'
    ELSE 'no build was distributed; was it Expo Go?' END AS reason
FROM distributed
ORDER BY reason
