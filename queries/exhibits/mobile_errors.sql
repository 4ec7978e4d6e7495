/*---
title = "Server errors of mobile outside drills and deploys"
needs = ["logs.api", "logs.gateway"]
---*/
SELECT first_ts AS ts, status, route, COALESCE(message, '') AS message, COALESCE(tester, '') AS tester, COALESCE(platform, '') AS platform,
  SUBSTR(COALESCE(request_id, ''), 1, 8) AS request, errors, recovered, file, line
FROM episodes
WHERE class = '5xx' AND client = {{ cohort }} AND period = 'beta' AND drill = 0 AND deploy = 0 AND tier = 'server'
ORDER BY ts, file, line
