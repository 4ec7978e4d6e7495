/*---
title  = "The overview is live after a restore"
item   = "S3.4"
line   = "Overview tab loads with live state (not a loading spinner indefinitely)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "saw a live overview after a restore"
feature = "Restore"
ask    = "reopen the app and wait for the live overview"
means  = "Overview ready and socket connected within 15 seconds of a launch that restored a session."
---*/
SELECT tester,
  SUM(CASE WHEN restored > 0 AND overview_s <= {{ params.overview_seconds }} AND socket_s <= {{ params.overview_seconds }} THEN 1 ELSE 0 END) AS seen,
  SUM(CASE WHEN restored > 0 AND overview_s IS NULL AND waited_s > {{ params.spinner_seconds }} THEN 1 ELSE 0 END) AS bad,
  MAX(CASE WHEN restored > 0 AND overview_s IS NULL AND waited_s > {{ params.spinner_seconds }} THEN 'the overview never became ready' ELSE '' END) AS reason,
  MIN(CASE WHEN (restored > 0 AND overview_s <= {{ params.overview_seconds }} AND socket_s <= {{ params.overview_seconds }}) OR (restored > 0 AND overview_s IS NULL AND waited_s > {{ params.spinner_seconds }}) THEN first_ts END) AS first_at,
  MIN(CASE WHEN restored > 0 AND overview_s IS NULL AND waited_s > {{ params.spinner_seconds }} THEN file END) AS file,
  MIN(CASE WHEN restored > 0 AND overview_s IS NULL AND waited_s > {{ params.spinner_seconds }} THEN line END) AS line
FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
GROUP BY tester
ORDER BY tester
