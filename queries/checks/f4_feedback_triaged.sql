/*---
title  = "Feedback is collected and triaged"
item   = "F4"
line   = "Feedback collected and triaged (decide what goes into a follow-up release vs. pre-GA fix)"
effect = "blocker"
proof  = "machine"
rule   = { kind = "no_rows" }
needs  = ["feedback"]
unit = "entries of the feedback form"
bad = "entries without a decision"
one = "entry without a decision"
means  = "Every entry of the form in the window has a triage decision."
---*/
SELECT COALESCE(tester, 'unknown') AS subject, 'has feedback without a decision' AS reason, ts, screen, severity, text, file, line
FROM feedback
WHERE channel = 'form' AND ts >= {{ beta_from }} AND ts < {{ beta_to }} AND (triage IS NULL OR LOWER(triage) IN {{ params.no_decision }})
ORDER BY ts, file, line

/*--- exposure ---*/
SELECT COUNT(*) AS n FROM feedback WHERE channel = 'form' AND ts >= {{ beta_from }} AND ts < {{ beta_to }}
ORDER BY n
