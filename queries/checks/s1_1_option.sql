/*---
title  = "Expo Go or a native build"
item   = "S1.1"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["deploys"]
means  = "Which of the two options of step 1 was taken."
---*/
SELECT 0 AS shown, 0 AS bad, CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS na,
  CASE WHEN COUNT(*) > 0 THEN 'option B: a native build was distributed' ELSE 'no build was distributed; was it Expo Go?' END AS reason
FROM deploys WHERE build IN {{ builds }}
ORDER BY reason
