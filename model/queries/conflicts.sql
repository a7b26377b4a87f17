-- Conflicts between articles on the same organisation, indicator and period: one row for each pair of figures that disagree.
--
-- Compared are counts, targets and percentages of the target, of records of the same kind (result, level, plan) and unit.
-- Under the code `other` the indicator's words must agree too. Records without any day are not compared: nobody knows their period.
-- Two figures agree where they are equal, where one lies in the other's range, and, where one is only about, nearly or more than
-- so much, within 5 %. A figure that the other article also gives is no conflict, whatever else that article says.
WITH figures AS (
    SELECT
        *,
        concat_ws(
            chr(31), organisation_key, indicator_code, CASE WHEN indicator_code = 'other' THEN lower(indicator) END, kind,
            coalesce(period_first::VARCHAR, '-'), coalesce(period_last::VARCHAR, '-'), figure, coalesce(unit, '-')
        ) AS subject,
        coalesce(high, value) AS upper_end,
        coalesce(qualifier IN ('approximately', 'nearly', 'more_than'), false) AS rounded
    FROM (
        SELECT *, 'count' AS figure, count AS value, count_high AS high, count_unit AS unit, count_qualifier AS qualifier FROM records
        UNION ALL
        SELECT *, 'target', target, target_high, target_unit, target_qualifier FROM records
        UNION ALL
        SELECT *, 'percent of target', percent_of_target, NULL, '%', NULL FROM records
    )
    WHERE value IS NOT NULL AND organisation_key IS NOT NULL AND (period_first IS NOT NULL OR period_last IS NOT NULL)
),

told AS (  -- an article's figure, however often it gives it
    SELECT
        subject,
        article_id,
        value,
        max(upper_end) AS upper_end,
        bool_or(rounded) AS rounded,
        max(confidence) AS confidence,
        arg_max(organisation, confidence) AS organisation,
        arg_max(indicator, confidence) AS indicator,
        any_value(indicator_code) AS indicator_code,
        any_value(kind) AS kind,
        any_value(period_first) AS first_day,
        any_value(period_last) AS last_day,
        any_value(figure) AS figure
    FROM figures
    GROUP BY subject, article_id, value
),

pairs AS (
    SELECT
        a,
        b,
        a.subject AS subject,
        NOT (
            (a.value <= b.upper_end AND b.value <= a.upper_end)
            OR ((a.rounded OR b.rounded) AND abs(a.value - b.value) <= 0.05 * greatest(abs(a.value), abs(b.value)))
        ) AS disagree
    FROM told AS a
    INNER JOIN told AS b ON a.subject = b.subject AND a.article_id < b.article_id
),

agreed AS (  -- both sides of every pair that agrees: these figures are borne out by the other article
    SELECT subject, a.article_id AS article_id, a.value AS value, b.article_id AS other FROM pairs WHERE NOT disagree
    UNION
    SELECT subject, b.article_id, b.value, a.article_id FROM pairs WHERE NOT disagree
)

SELECT
    a.organisation AS organisation,
    a.indicator AS indicator,
    a.indicator_code AS indicator_code,
    a.kind AS kind,
    a.first_day AS first_day,
    a.last_day AS last_day,
    a.figure AS figure,
    a.value AS value_1,
    b.value AS value_2,
    a.article_id AS article_1,
    b.article_id AS article_2,
    least(a.confidence, b.confidence) AS confidence
FROM pairs
WHERE
    disagree
    AND NOT EXISTS (SELECT 1 FROM agreed AS g WHERE g.subject = pairs.subject AND g.article_id = a.article_id AND g.value = a.value AND g.other = b.article_id)
    AND NOT EXISTS (SELECT 1 FROM agreed AS g WHERE g.subject = pairs.subject AND g.article_id = b.article_id AND g.value = b.value AND g.other = a.article_id)
ORDER BY confidence DESC, organisation, first_day NULLS LAST, figure, value_1, value_2, article_1, article_2;
