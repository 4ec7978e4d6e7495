/*---
title  = "The token is a platform JWT"
item   = "S2.4"
line   = "Confirm auth token is a platform JWT (check tester's device Expo logs)"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device"]
shows = "signed in with a platform token"
feature = "Sign-in"
means  = "The device log names a platform JWT whose issuer is the platform address that the app was built with."
---*/
WITH issuers AS (
  SELECT DISTINCT SPLIT_PART(SPLIT_PART(message, 'EXPO_PUBLIC_PLATFORM_URL=', 2), ' ', 1) AS issuer
  FROM logs WHERE event = 'app.environment' AND period = 'beta'
),
tokens AS (
  SELECT tester, file, line,
    CASE WHEN message LIKE '%token=platform-jwt%' THEN 1 ELSE 0 END AS platform,
    SPLIT_PART(SPLIT_PART(message, 'iss=', 2), ' ', 1) AS issuer
  FROM logs WHERE event = 'auth.signed_in' AND period = 'beta' AND tester IS NOT NULL
),
judged AS (
  SELECT tokens.tester, tokens.file, tokens.line,
    CASE WHEN tokens.platform = 1 AND issuers.issuer IS NOT NULL THEN 1 ELSE 0 END AS good
  FROM tokens LEFT JOIN issuers ON tokens.issuer = issuers.issuer
)
SELECT tester, SUM(good) AS seen, SUM(1 - good) AS bad,
  CASE WHEN SUM(1 - good) > 0 THEN 'a token that is not the platform''s, or of another issuer' ELSE '' END AS reason,
  MIN(CASE WHEN good = 0 THEN file END) AS file, MIN(CASE WHEN good = 0 THEN line END) AS line
FROM judged
GROUP BY tester
ORDER BY tester
