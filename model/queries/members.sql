-- Members admitted, by organisation and quarter, against target.
--
-- Figures are results with the code members_admitted. Where several articles give the same figure it counts once; where they give
-- different ones the most confident stands, and `disagree` is true.
-- `basis` says what a row rests on:
--   quarter   a figure for the whole quarter
--   2 months  the sum of the figures for that many whole months of the quarter, where no figure for the quarter is known
--   part      the figure for the longest stretch of the quarter, where neither is known (stretches may overlap, so they are never added)
--   longer    a figure for more than one quarter: never divided among them
--   open      first or last day unknown
-- `target_from` is `article` where the figure's own article states the target, `plan` where it is a plan (kind plan) for the same
-- organisation and the same days. `percent` is reckoned from both figures; where there is no target, it is what the article states.
WITH stated AS (
    SELECT
        organisation_key,
        organisation,
        period_first AS first_day,
        period_last AS last_day,
        count AS admitted,
        target,
        coalesce(percent_of_target, 100 + percent_over_target) AS reached,
        confidence,
        article_id
    FROM records
    WHERE indicator_code = 'members_admitted' AND kind = 'result'
        AND organisation_key IS NOT NULL AND count IS NOT NULL AND count_unit IS NULL
),

told AS (  -- a figure, however many articles tell it
    SELECT
        organisation_key,
        first_day,
        last_day,
        admitted,
        arg_max(organisation, confidence) AS organisation,
        arg_max(target, confidence) AS target,
        arg_max(reached, confidence) AS reached,
        max(confidence) AS confidence,
        string_agg(DISTINCT article_id, ', ' ORDER BY article_id) AS articles
    FROM stated
    GROUP BY organisation_key, first_day, last_day, admitted
),

chosen AS (  -- one figure for the same days; without days nobody knows whether two figures are of the same time
    SELECT
        *,
        first_day IS NOT NULL AND count(*) OVER same_days > 1 AS disagree,
        date_trunc('quarter', first_day)::DATE AS quarter_start
    FROM told
    WINDOW same_days AS (PARTITION BY organisation_key, first_day, last_day)
    QUALIFY first_day IS NULL OR row_number() OVER (PARTITION BY organisation_key, first_day, last_day ORDER BY confidence DESC, admitted DESC) = 1
),

placed AS (
    SELECT
        *,
        CASE
            WHEN first_day IS NULL OR last_day IS NULL THEN 'open'
            WHEN date_trunc('quarter', last_day)::DATE <> quarter_start THEN 'longer'
            WHEN first_day = quarter_start AND last_day = last_day(quarter_start + INTERVAL 2 MONTH) THEN 'quarter'
            WHEN first_day = date_trunc('month', first_day) AND last_day = last_day(first_day) THEN 'month'
            ELSE 'part'
        END AS basis
    FROM chosen
),

ranked AS (  -- of one quarter: the figure for all of it, else its months, else the longest part
    SELECT
        *,
        CASE basis
            WHEN 'quarter' THEN 1
            WHEN 'month' THEN 2
            WHEN 'part' THEN 3
        END AS rank,
        min(rank) OVER (PARTITION BY organisation_key, quarter_start, basis IN ('open', 'longer')) AS best
    FROM placed
),

months AS (
    SELECT
        organisation_key,
        min(first_day) AS first_day,
        max(last_day) AS last_day,
        sum(admitted) AS admitted,
        arg_max(organisation, confidence) AS organisation,
        CASE WHEN count(target) = count(*) THEN sum(target) END AS target,
        CASE WHEN count(*) = 1 THEN max(reached) END AS reached,
        string_agg(articles, ', ' ORDER BY first_day) AS articles,
        bool_or(disagree) AS disagree,
        CASE count(*) WHEN 1 THEN '1 month' ELSE count(*) || ' months' END AS basis
    FROM ranked
    WHERE rank = 2 AND best = 2
    GROUP BY organisation_key, quarter_start
),

others AS (
    SELECT organisation_key, first_day, last_day, admitted, organisation, target, reached, articles, disagree, basis
    FROM ranked
    WHERE rank IS NULL OR (rank = best AND rank <> 2)
    QUALIFY rank IS DISTINCT FROM 3 OR row_number() OVER (PARTITION BY organisation_key, quarter_start, rank ORDER BY last_day - first_day DESC, last_day DESC) = 1
),

plans AS (
    SELECT
        organisation_key,
        period_first AS first_day,
        period_last AS last_day,
        arg_max(coalesce(target, count), confidence) AS planned
    FROM records
    WHERE indicator_code = 'members_admitted' AND kind = 'plan' AND coalesce(target_unit, count_unit) IS NULL AND period_first IS NOT NULL
    GROUP BY ALL
),

every AS (SELECT * FROM months UNION ALL BY NAME SELECT * FROM others)

SELECT
    organisation,
    CASE
        WHEN basis = 'open' THEN NULL
        WHEN basis = 'longer' THEN year(first_day) || '-Q' || quarter(first_day) || '–' || year(last_day) || '-Q' || quarter(last_day)
        ELSE year(first_day) || '-Q' || quarter(first_day)
    END AS quarter,
    first_day,
    last_day,
    basis,
    admitted,
    coalesce(target, planned) AS target,
    CASE WHEN target IS NOT NULL THEN 'article' WHEN planned IS NOT NULL THEN 'plan' END AS target_from,
    round(coalesce(100 * admitted / nullif(coalesce(target, planned), 0), reached), 2) AS percent,
    admitted - coalesce(target, planned) AS above_target,
    disagree,
    articles
FROM every
LEFT JOIN plans USING (organisation_key, first_day, last_day)
ORDER BY organisation_key, first_day NULLS LAST, last_day, admitted;
