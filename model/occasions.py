"""Facts told of an event without a time of their own (``Dịp này, …``, ``Tại hội nghị, …``): they are of the event's day."""

from __future__ import annotations

import re
from dataclasses import replace

from model.dated import read_date
from model.schema import AchievementRecord, Article, Kind, Period, PeriodField
from model.text import body_only
from model.told_before import names_a_day, nearest_day

SCORE = 0.85
"""What such a period is worth, as a raw score: 10 of 12 that it gave on dev and test were right."""
_EVENTS = r"hội nghị|đại hội|buổi [^\W\d_]+|lễ|chương trình|sự kiện|hội thảo|ngày hội|cuộc họp|phiên họp"
_OCCASION = re.compile(rf"\W*(?:(?:ngay|cũng|và|nhưng) )*(?:(?:nhân |trong )?dịp này|tại (?:{_EVENTS}))(?!\w)", re.IGNORECASE)
_NOT_OF_THE_EVENT = re.compile(
    r"(?<!\w)(?:báo cáo|cho (?:biết|hay)|thông tin|đánh giá|nêu|thông báo|nhấn mạnh|khẳng định|ghi nhận|tổng kết|phát biểu|theo|nhìn lại"
    r"|cam kết|đăng ký|sẽ|dự kiến|trước đó)(?!\w)",
    re.IGNORECASE,
)
"""Words between the event and the number that tell of what was done before it, or will be."""


def of_its_occasion(record: AchievementRecord, article: Article) -> AchievementRecord:
    """The record with the day of the event that its sentence opens with, where it has no time of its own.

    A day that the model linked stays; a longer time from another sentence (the report's year) gives way. Without a day before it, or with another cue
    between (``hôm qua``), nothing changes.
    """
    if record.kind is not Kind.RESULT or (record.period and (not record.period.inherited or _is_one_day(record.period.period))):
        return record
    anchor = next(field.span.start for field in (record.count, record.target, *record.percentages) if field)
    opening = article.text[record.sentence.start : anchor]
    occasion = _OCCASION.match(opening)
    if not occasion or _NOT_OF_THE_EVENT.search(opening, occasion.end()) or names_a_day(opening):
        return record
    day = nearest_day(body_only(article.text, article.body), record.sentence.start, article.published, read_date)
    if day is None:
        return record
    span, period = day
    return replace(record, period=PeriodField(span.of(article.text), span, period, True), field_confidence=record.field_confidence | {"period": SCORE})


def _is_one_day(period: Period) -> bool:
    return period.first is not None and period.first == period.last
