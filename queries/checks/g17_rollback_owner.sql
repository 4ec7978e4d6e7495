/*---
title  = "The rollback decision has an owner"
item   = "G17"
line   = "You know who owns the rollback decision"
effect = "blocker"
proof  = "attested"
rule   = { kind = "condition" }
needs  = ["attestations"]
means  = "The owner named in the configuration attests it."
---*/
SELECT CASE WHEN {{ owner }} <> '' THEN 1 ELSE 0 END AS shown, CASE WHEN {{ owner }} = '' THEN 1 ELSE 0 END AS bad,
  CASE WHEN {{ owner }} = '' THEN 'nobody is named as the owner of the rollback' ELSE 'the configuration names the owner of the rollback' END AS reason
FROM (SELECT COUNT(*) AS n FROM attestations) AS one
ORDER BY reason
