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
ask    = "sign in, so that the device logs the token's claims"
means  = "The device log names a platform JWT whose issuer is the platform address that the app was built with and whose audience is that of the others."
---*/
-- Each SPLIT_PART repeats its text in the engine, so an address is taken apart in steps.
WITH named AS (
  SELECT SPLIT_PART(SPLIT_PART(message, 'EXPO_PUBLIC_PLATFORM_URL=', 2), ' ', 1) AS address
  FROM logs WHERE event = 'app.environment' AND period = 'beta'
),
places AS (SELECT SPLIT_PART(SPLIT_PART(address, '://', 2), '/', 1) AS place FROM named),
addresses AS (SELECT LOWER(SPLIT_PART(place, ':', 1)) AS host FROM places),
-- An address that is blank or private says nothing about who issues tokens; that the app has it is another line's fault.
issuers AS (
  SELECT DISTINCT host FROM addresses
  WHERE host <> '' AND host <> 'undefined' AND host NOT LIKE '%localhost%' AND host NOT LIKE '%[ip]%' AND host NOT LIKE '%.local'
),
known AS (SELECT COUNT(*) AS n FROM issuers),
said AS (
  SELECT tester, file, line,
    CASE WHEN message LIKE '%token=platform-jwt%' THEN 1 ELSE 0 END AS platform,
    SPLIT_PART(SPLIT_PART(message, 'iss=', 2), ' ', 1) AS issuer,
    SPLIT_PART(SPLIT_PART(message, 'aud=', 2), ' ', 1) AS audience
  FROM logs WHERE event = 'auth.signed_in' AND period = 'beta' AND tester IS NOT NULL
),
placed AS (
  SELECT tester, file, line, platform, SPLIT_PART(SPLIT_PART(issuer, '://', 2), '/', 1) AS place, audience FROM said
),
tokens AS (
  SELECT tester, file, line, platform, LOWER(SPLIT_PART(place, ':', 1)) AS issuer, audience FROM placed
),
-- The audience is that of most tokens; nothing else names it.
audiences AS (SELECT audience, COUNT(*) AS n FROM tokens GROUP BY audience),
usual AS (SELECT MAX(n) AS n FROM audiences),
judged AS (
  SELECT tokens.tester, tokens.file, tokens.line,
    CASE WHEN tokens.platform = 1 AND issuers.host IS NOT NULL AND audiences.n = usual.n THEN 1 ELSE 0 END AS good,
    CASE WHEN tokens.platform = 0 OR (known.n > 0 AND issuers.host IS NULL) OR 2 * audiences.n < usual.n THEN 1 ELSE 0 END AS bad
  FROM tokens LEFT JOIN issuers ON tokens.issuer = issuers.host
    JOIN audiences ON tokens.audience = audiences.audience
    CROSS JOIN known CROSS JOIN usual
)
SELECT tester, SUM(good) AS seen, SUM(bad) AS bad,
  CASE WHEN SUM(bad) > 0 THEN 'a token that is not the platform''s, or of another issuer or for another audience' ELSE '' END AS reason,
  MIN(CASE WHEN bad = 1 THEN file END) AS file, MIN(CASE WHEN bad = 1 THEN line END) AS line
FROM judged
GROUP BY tester
ORDER BY tester
