/*---
title = "Auth errors by kind and client, episodes"
needs = ["logs.api", "logs.auth"]
---*/
SELECT kind, COALESCE(client, 'unknown') AS client, SUM(CASE WHEN period = 'baseline' THEN 1 ELSE 0 END) AS baseline,
  SUM(CASE WHEN period = 'beta' AND drill = 0 THEN 1 ELSE 0 END) AS beta, SUM(CASE WHEN drill = 1 THEN 1 ELSE 0 END) AS in_drills
FROM episodes WHERE class IN ('401', '403') AND tier = 'server'
GROUP BY kind, client ORDER BY kind, client
