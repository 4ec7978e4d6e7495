/*---
title  = "The trading address is set and is the probed one"
item   = "G11"
line   = "`EXPO_PUBLIC_PRODUCT_ID`, `EXPO_PUBLIC_PLATFORM_URL`, `EXPO_PUBLIC_TRADING_API_URL` set correctly for the target environment"
effect = "blocker"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["logs.device"]
means  = "Each launch logs one https address, without a doubled /api, on the host that the health probes watch."
---*/
WITH seen AS (
  SELECT tester, build,
    SPLIT_PART(SPLIT_PART(message, 'EXPO_PUBLIC_TRADING_API_URL=', 2), ' ', 1) AS api
  FROM logs
  WHERE event = 'app.environment' AND period = 'beta' AND build IN {{ builds }}
),
counted AS (
  SELECT COUNT(*) AS n,
    SUM(CASE WHEN api IS NULL OR api = '' OR api = 'undefined' THEN 1 ELSE 0 END) AS blank,
    SUM(CASE WHEN api LIKE 'https://%' THEN 0 ELSE 1 END) AS plain,
    SUM(CASE WHEN api LIKE '%localhost%' OR api LIKE '%[ip]%' OR api LIKE '%.local%' THEN 1 ELSE 0 END) AS private,
    SUM(CASE WHEN api LIKE '%/api' OR api LIKE '%/api/' THEN 1 ELSE 0 END) AS doubled,
    COUNT(DISTINCT LOWER(CASE WHEN api LIKE '%/' THEN SUBSTR(api, 1, LENGTH(api) - 1) ELSE api END)) AS different
  FROM seen
),
hosts AS (SELECT DISTINCT host FROM probes WHERE probe = {{ params.health_probe }} AND host IS NOT NULL),
known AS (SELECT COUNT(*) AS n FROM hosts),
called AS (SELECT LOWER(SPLIT_PART(SPLIT_PART(SPLIT_PART(api, '://', 2), '/', 1), ':', 1)) AS called FROM seen),
strangers AS (
  SELECT COUNT(*) AS n FROM called LEFT JOIN hosts ON called.called = hosts.host
  WHERE hosts.host IS NULL
)
SELECT
  CASE WHEN counted.n > 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN counted.n > 0 AND (counted.plain > 0 OR counted.private > 0 OR counted.different > 1 OR counted.doubled > 0 OR (known.n > 0 AND strangers.n > 0)) THEN 1 ELSE 0 END AS bad,
  CASE
    WHEN counted.n = 0 THEN 'no device log shows the address'
    WHEN counted.blank > 0 THEN 'a launch ran without the address'
    WHEN counted.private > 0 THEN 'a launch ran with a private address'
    WHEN counted.plain > 0 THEN 'a launch ran with an address that is not https'
    WHEN counted.doubled > 0 THEN 'a launch ran with an address that ends in /api, which the app adds itself'
    WHEN counted.different > 1 THEN 'launches ran with different addresses'
    WHEN known.n > 0 AND strangers.n > 0 THEN 'the app calls another host than the one that is probed'
    ELSE 'every launch names one https address, that of the probed deployment'
  END AS reason,
  counted.n AS launches
FROM counted CROSS JOIN known CROSS JOIN strangers
ORDER BY reason
