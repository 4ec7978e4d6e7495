/*---
title  = "Sign-in leads to the overview"
item   = "S2.3"
line   = "Session established — app navigates to the Overview tab"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "reached the overview after signing in"
feature = "Sign-in"
ask    = "sign in until the overview shows"
means  = "Sign-in, profile and overview follow each other within 30 seconds, and no overview is missing two minutes after a sign-in."
---*/
SELECT tester,
  SUM(CASE WHEN signed_in > 0 AND chain_s <= {{ params.chain_seconds }} THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN chain_waited_s > {{ params.spinner_seconds }} THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN chain_waited_s > {{ params.spinner_seconds }} THEN 'the overview never came after a sign-in' ELSE '' END) AS reason,
  MIN(CASE WHEN (signed_in > 0 AND chain_s <= {{ params.chain_seconds }}) OR (chain_waited_s > {{ params.spinner_seconds }}) THEN first_ts END) AS first_at,
  MIN(CASE WHEN chain_waited_s > {{ params.spinner_seconds }} THEN file END) AS file,
  MIN(CASE WHEN chain_waited_s > {{ params.spinner_seconds }} THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
