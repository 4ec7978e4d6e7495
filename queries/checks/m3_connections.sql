/*---
title  = "The connection count is stable"
item   = "M3"
line   = "WebSocket `/trading` namespace connection count is stable (no reconnect storm)"
effect = "blocker"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["logs.api", "metrics"]
duration = true
means  = "At most two connects per session outside drills and deploys, and no storm."
---*/
WITH calm AS (
  SELECT within_60s, within_5m, fleet_storm FROM sockets
  WHERE client = {{ cohort }} AND period = 'beta' AND drill = 0 AND deploy = 0
),
connects AS (SELECT COUNT(*) AS n FROM calm),
alive AS (
  SELECT COUNT(*) AS n FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND requests > 0
),
worst_minute AS (SELECT COALESCE(MAX(within_60s), 0) AS n FROM calm),
worst_five AS (SELECT COALESCE(MAX(within_5m), 0) AS n FROM calm),
fleet AS (SELECT COALESCE(SUM(fleet_storm), 0) AS n FROM calm)
SELECT CASE WHEN connects.n > 0 AND alive.n > 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN connects.n > {{ params.connects_per_session }} * alive.n OR worst_minute.n >= {{ params.storm_connects_60s }}
    OR worst_five.n >= {{ params.storm_connects_5m }} OR fleet.n > 0 THEN 1 ELSE 0 END AS bad,
  CASE WHEN connects.n = 0 THEN 'no connect line of a mobile client'
    WHEN worst_minute.n >= {{ params.storm_connects_60s }} OR worst_five.n >= {{ params.storm_connects_5m }} THEN 'a client reconnected again and again'
    WHEN fleet.n > 0 THEN CONCAT('the whole fleet reconnected at once for minutes: ', CAST(fleet.n AS VARCHAR), ' connects, more than three a minute per active session')
    WHEN connects.n > {{ params.connects_per_session }} * alive.n THEN 'more connects per session than a healthy app makes'
    ELSE CONCAT(CAST(connects.n AS VARCHAR), ' connects in ', CAST(alive.n AS VARCHAR), ' sessions, no storm') END AS reason,
  connects.n AS connects, alive.n AS sessions, worst_minute.n AS worst_minute, worst_five.n AS worst_five_minutes, fleet.n AS fleet_storm,
  CASE WHEN alive.n > 0 THEN connects.n * 1.0 / alive.n END AS measured, {{ params.connects_per_session }} AS measured_limit
FROM connects CROSS JOIN alive CROSS JOIN worst_minute CROSS JOIN worst_five CROSS JOIN fleet
ORDER BY reason
