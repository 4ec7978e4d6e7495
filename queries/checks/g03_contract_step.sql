/*---
title  = "The smoke run compiles the mobile platform contract"
item   = "G3"
line   = "pnpm smoke:release # must pass — validates mobile platform contract compilation"
effect = "blocker"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["ci"]
means  = "The JUnit report of the smoke run holds the step that compiles the mobile contract, and it passed."
---*/
SELECT
  CASE WHEN SUM(CASE WHEN conclusion = 'success' THEN 1 ELSE 0 END) > 0 THEN 1 ELSE 0 END AS shown,
  SUM(CASE WHEN conclusion = 'failure' THEN 1 ELSE 0 END) AS bad,
  CASE
    WHEN SUM(CASE WHEN conclusion = 'failure' THEN 1 ELSE 0 END) > 0 THEN 'the contract step failed in the JUnit report'
    WHEN COUNT(*) > 0 THEN 'the contract step stands in the JUnit report and passed'
    ELSE 'the JUnit report of the smoke run has no contract step'
  END AS reason
FROM ci
WHERE kind = 'case' AND suite LIKE '%smoke%' AND name LIKE '%contract compile%' AND name LIKE '%mobile%'
ORDER BY reason
