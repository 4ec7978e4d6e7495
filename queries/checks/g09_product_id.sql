/*---
title  = "The product id is set"
item   = "G9"
line   = "`EXPO_PUBLIC_PRODUCT_ID`, `EXPO_PUBLIC_PLATFORM_URL`, `EXPO_PUBLIC_TRADING_API_URL` set correctly for the target environment"
effect = "blocker"
proof  = "either"
rule   = { kind = "condition" }
needs  = ["logs.device"]
means  = "Each launch logs the same non-empty product id, the one the platform's kill switch names."
---*/
WITH seen AS (
  SELECT tester, build,
    SPLIT_PART(SPLIT_PART(message, 'EXPO_PUBLIC_PRODUCT_ID=', 2), ' ', 1) AS product
  FROM logs
  WHERE event = 'app.environment' AND period = 'beta' AND build IN {{ builds }}
),
counted AS (
  SELECT COUNT(*) AS n, COUNT(DISTINCT product) AS products, MIN(product) AS product,
    SUM(CASE WHEN product IS NULL OR product = '' OR product = 'undefined' THEN 1 ELSE 0 END) AS blank
  FROM seen
),
target AS (
  SELECT COUNT(*) AS n, MIN(target) AS product FROM audit
  WHERE action = 'maintenance.enabled' AND drill = 1
)
SELECT
  CASE WHEN counted.n > 0 AND target.n > 0 THEN 1 ELSE 0 END AS shown,
  CASE WHEN counted.blank > 0 OR counted.products > 1 OR (target.n > 0 AND counted.n > 0 AND target.product <> counted.product)
    THEN 1 ELSE 0 END AS bad,
  CASE
    WHEN counted.n = 0 THEN 'no device log shows the product id'
    WHEN counted.blank > 0 THEN 'a launch ran without a product id'
    WHEN counted.products > 1 THEN 'launches ran with different product ids'
    WHEN target.n > 0 AND target.product <> counted.product THEN 'the kill switch names another product than the app'
    WHEN target.n = 0 THEN 'the app names a product; nothing else names one to compare'
    ELSE 'every launch names the product that the kill switch names'
  END AS reason,
  counted.n AS launches
FROM counted CROSS JOIN target
ORDER BY reason
