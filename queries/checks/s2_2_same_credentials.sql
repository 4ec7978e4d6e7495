/*---
title  = "Web credentials sign in"
item   = "S2.2"
line   = "Sign in with platform credentials — same credentials as web"
effect = "blocker"
proof  = "either"
rule   = { kind = "each_tester" }
needs  = ["logs.device", "logs.api"]
shows = "signed in with the web's credentials"
feature = "Sign-in"
ask    = "sign in to the web and to the app with the same credentials"
means  = "The same user signed in on mobile and is known from the web."
---*/
WITH web AS (
  SELECT DISTINCT tester, 1 AS known FROM logs
  WHERE tier = 'server' AND client = 'web' AND tester IS NOT NULL AND user_key IS NOT NULL AND status < 400
),
signed AS (
  SELECT tester, SUM(signed_in) AS signed_in,
    SUM(CASE WHEN sign_in_failed > 0 AND signed_in = 0 THEN 1 ELSE 0 END) AS bad,
    MIN(CASE WHEN sign_in_failed > 0 AND signed_in = 0 THEN file END) AS file,
    MIN(CASE WHEN sign_in_failed > 0 AND signed_in = 0 THEN line END) AS line
  FROM sessions WHERE client = {{ cohort }} AND period = 'beta' AND tester IS NOT NULL AND build IN {{ builds }}
  GROUP BY tester
)
SELECT signed.tester, CASE WHEN web.known = 1 THEN signed.signed_in ELSE 0 END AS seen, signed.bad,
  CASE WHEN signed.bad > 0 THEN 'a sign-in failed for another reason than a wrong password and did not recover' ELSE '' END AS reason,
  signed.file, signed.line
FROM signed LEFT JOIN web ON signed.tester = web.tester
ORDER BY signed.tester
