/*---
title  = "The internal testers are identified"
item   = "G14"
line   = "Internal testers identified (typically the same operators who validated web)"
effect = "blocker"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["testers"]
means  = "The roster has at least one tester per platform in scope."
---*/
WITH counted AS (
  SELECT COUNT(DISTINCT platform) AS platforms, COUNT(DISTINCT tester) AS testers
  FROM testers WHERE platform IN {{ platforms }}
)
SELECT CASE WHEN platforms >= {{ platform_count }} AND testers > 0 THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN platforms >= {{ platform_count }} THEN 'the roster names testers for each platform'
    ELSE 'the roster has no tester for one of the platforms' END AS reason,
  testers
FROM counted
ORDER BY reason
