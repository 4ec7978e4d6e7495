/*---
title = "Environment that the app was built with"
needs = ["logs.device"]
---*/
SELECT build, message AS environment, COUNT(*) AS launches, COUNT(DISTINCT tester) AS testers, MIN(file) AS file, MIN(line) AS line
FROM logs WHERE event = 'app.environment' AND period = 'beta'
GROUP BY build, message ORDER BY build, message
