/*---
title  = "The platform address is set"
item   = "G10"
line   = "`EXPO_PUBLIC_PRODUCT_ID`, `EXPO_PUBLIC_PLATFORM_URL`, `EXPO_PUBLIC_TRADING_API_URL` set correctly for the target environment"
effect = "blocker"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["logs.device"]
means  = "Each launch logs one https address, without a doubled /api, that is neither private nor, by its name, that of another environment."
---*/
WITH seen AS (
  SELECT tester, build,
    SPLIT_PART(SPLIT_PART(message, 'EXPO_PUBLIC_PLATFORM_URL=', 2), ' ', 1) AS platform
  FROM logs
  WHERE event = 'app.environment' AND period = 'beta' AND build IN {{ builds }}
),
counted AS (
  SELECT COUNT(*) AS n,
    SUM(CASE WHEN platform IS NULL OR platform = '' OR platform = 'undefined' THEN 1 ELSE 0 END) AS blank,
    SUM(CASE WHEN platform LIKE 'https://%' THEN 0 ELSE 1 END) AS plain,
    SUM(CASE WHEN platform LIKE '%localhost%' OR platform LIKE '%[ip]%' OR platform LIKE '%.local%' THEN 1 ELSE 0 END) AS private,
    SUM(CASE WHEN platform LIKE '%/api' OR platform LIKE '%/api/' THEN 1 ELSE 0 END) AS doubled,
    SUM(CASE WHEN REGEXP_LIKE(LOWER(SPLIT_PART(platform, '://', 2)), '^([^/:]*[.-])?({{ lists.other_environments | join(sep='|') }})[0-9]*[.-]') THEN 1 ELSE 0 END) AS elsewhere,
    COUNT(DISTINCT LOWER(CASE WHEN platform LIKE '%/' THEN SUBSTR(platform, 1, LENGTH(platform) - 1) ELSE platform END)) AS different
  FROM seen
),
-- Where the probes watch such an environment, it is the beta's target.
there AS (
  SELECT COUNT(*) AS n FROM probes WHERE host IS NOT NULL AND REGEXP_LIKE(host, '^([^/:]*[.-])?({{ lists.other_environments | join(sep='|') }})[0-9]*[.-]')
)
SELECT
  CASE WHEN counted.n > 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN counted.n > 0 AND (counted.plain > 0 OR counted.private > 0 OR counted.doubled > 0 OR (counted.elsewhere > 0 AND there.n = 0) OR counted.different > 1) THEN 1 ELSE 0 END AS bad,
  CASE
    WHEN counted.n = 0 THEN 'no device log shows the address'
    WHEN counted.blank > 0 THEN 'a launch ran without the address'
    WHEN counted.private > 0 THEN 'a launch ran with a private address'
    WHEN counted.plain > 0 THEN 'a launch ran with an address that is not https'
    WHEN counted.doubled > 0 THEN 'a launch ran with an address that ends in /api, which the app adds itself'
    WHEN counted.elsewhere > 0 AND there.n = 0 THEN 'a launch ran with the address of another environment'
    WHEN counted.different > 1 THEN 'launches ran with different addresses'
    ELSE 'every launch names one https address'
  END AS reason,
  counted.n AS launches
FROM counted CROSS JOIN there
ORDER BY reason
