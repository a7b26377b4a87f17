-- Which organisations missed their target: every result below it, whatever was counted.
--
-- Missed is a count below its target (or above a target that is a ceiling, `không quá`), a rate below a target in percent, and,
-- where the article gives no target, a stated percentage of it below 100. A range counts with its upper end.
-- `year_unfinished` is true where the days end before the year does: the target may well be the whole year's, and the result
-- then shows progress, not failure. Such rows stand last.
-- The same figures told by several articles are one row. `outcome` is that of the record's own checks.
WITH results AS (
    SELECT
        *,
        CASE
            WHEN target_unit = '%' AND count_unit IS DISTINCT FROM '%' THEN coalesce(percent_rate, percent_share, percent_of_target)
            WHEN count_unit IS NOT DISTINCT FROM target_unit THEN coalesce(count_high, count)
        END AS reached,
        coalesce(percent_of_target, 100 + percent_over_target) AS stated_percent,
        target_qualifier IS NOT DISTINCT FROM 'at_most' AS ceiling
    FROM records
    WHERE kind = 'result' AND organisation_key IS NOT NULL
),

judged AS (
    SELECT
        *,
        CASE
            WHEN reached IS NOT NULL AND target IS NOT NULL THEN CASE WHEN ceiling THEN reached > target ELSE reached < target END
            ELSE stated_percent < 100 AND NOT ceiling
        END AS missed
    FROM results
)

SELECT
    arg_max(organisation, confidence) AS organisation,
    arg_max(indicator, confidence) AS indicator,
    indicator_code,
    period_first AS first_day,
    period_last AS last_day,
    reached,
    target,
    coalesce(target_unit, count_unit) AS unit,
    round(coalesce(100 * reached / nullif(target, 0), stated_percent), 2) AS percent,
    abs(target - reached) AS missed_by,
    coalesce(period_last < make_date(year(period_last), 12, 31) AND year(coalesce(period_first, period_last)) = year(period_last), false) AS year_unfinished,
    arg_max(outcome, confidence) AS outcome,
    max(confidence) AS confidence,
    string_agg(DISTINCT article_id, ', ' ORDER BY article_id) AS articles
FROM judged
WHERE missed
GROUP BY
    organisation_key, indicator_code, CASE WHEN indicator_code = 'other' THEN lower(indicator) END,
    period_first, period_last, reached, target, unit, stated_percent
ORDER BY year_unfinished, organisation_key, period_first NULLS LAST, period_last, indicator_code, reached;
