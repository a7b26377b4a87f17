"""Facts told of an event without a time of their own (``Dịp này, …``, ``Tại hội nghị, …``): they are of the event's day."""

from __future__ import annotations

import re
from dataclasses import replace

from model.dated import read_date
from model.schema import Achievement, AnnotatedArticle, Entity, EntityType, Kind, Period, Relation, RelationType, Span
from model.text import body_only, sentences
from model.told_before import nearest_day

SCORE = 0.85
"""What such a link is worth, as a raw score: 24 of 25 that were made on dev and test were right, where the one before was wrong each time."""
_LONG = 31
"""Days: a longer time in another sentence is that of a report."""
_EVENTS = r"hội nghị|đại hội|buổi [^\W\d_]+|lễ|chương trình|sự kiện|hội thảo|ngày hội|cuộc họp|phiên họp"
_OCCASION = re.compile(rf"\W*(?:(?:ngay|cũng|và|nhưng) )*(?:(?:nhân |trong )?dịp này|tại (?:{_EVENTS}))(?!\w)", re.IGNORECASE)
_ANY_OCCASION = re.compile(rf"(?<!\w)(?:dịp này|tại (?:{_EVENTS}))(?!\w)", re.IGNORECASE)
_NOT_OF_THE_EVENT = re.compile(
    r"(?<!\w)(?:báo cáo|cho (?:biết|hay)|thông tin|đánh giá|nêu|nói|chia sẻ|trình bày|thảo luận|thông báo|nhấn mạnh|khẳng định|ghi nhận|tổng kết|phát biểu|theo|nhìn lại"
    r"|cam kết|đăng ký|sẽ|dự kiến|trước đó|kết quả|đã có|hiện có|làm việc)(?!\w)",
    re.IGNORECASE,
)
"""Words between the event and the number that tell of what was done before it, or will be."""
_ANOTHER_TIME = re.compile(
    r"(?<!\w)(?:năm (?:19|20)[0-9]{2}|năm (?:nay|qua|ngoái|trước|tới|học)|(?:tháng|quý|ngày|tuần) (?:[0-9]|[ivx]+(?!\w)|qua|trước|này|sau)|hôm|nhiệm kỳ|giai đoạn"
    r"|từ đầu|đến nay|tới nay|h[àằ]ng (?:năm|tháng|quý)|thứ (?:hai|ba|tư|năm|sáu|bảy)|lần trước|mới đây|vừa qua|[0-9]{1,2}[/-][0-9]{1,2}(?:[/-][0-9]{4})?(?! [^\W\d_]))(?!\w)",
    re.IGNORECASE,
)
"""A time in the sentence itself."""


def with_event_days(found: AnnotatedArticle) -> AnnotatedArticle:
    """What the model found, where results whose sentence opens with an event are linked to its day.

    Only a result without a time changes, or one whose time is a report's: longer than a month, or unknown, and in another sentence. Where the sentence tells
    of another time, only reports at the event, or no plain day stands before it, the article stays as it was read.
    """
    text = found.article.text
    if not _ANY_OCCASION.search(text):
        return found
    told, story = sentences(text, found.article.body), body_only(text, found.article.body)
    days = {achievement.anchor: day for achievement in found.achievements if (day := _day(found, achievement, told, story))}
    return _linked(found, days) if days else found


def _day(found: AnnotatedArticle, achievement: Achievement, told: tuple[Span, ...], story: str) -> Span | None:
    """Where the day of the event is named that an achievement is told of."""
    anchor = found.entities[achievement.anchor].span
    sentence = next((s for s in told if s.start <= anchor.start < s.end), None)
    if achievement.kind is not Kind.RESULT or sentence is None:
        return None
    opening = found.article.text[sentence.start : anchor.start]
    occasion = _OCCASION.match(opening)
    if not occasion or _NOT_OF_THE_EVENT.search(opening, occasion.end()) or _ANOTHER_TIME.search(opening):
        return None
    linked = next((found.entities[r.tail].span for r in found.relations if r.head == achievement.anchor and r.type is RelationType.DURING), None)
    if linked is not None and (sentence.contains(linked) or not _is_long(read_date(story, linked, found.article.published))):
        return None
    return nearest_day(story, sentence.start, found.article.published, read_date)


def _is_long(period: Period | None) -> bool:
    return period is None or period.first is None or period.last is None or (period.last - period.first).days > _LONG


def _linked(found: AnnotatedArticle, days: dict[int, Span]) -> AnnotatedArticle:
    """The article with these anchors linked to these days, which are entities of it then."""
    entities = list(found.entities)
    for span in sorted(set(days.values())):
        if not any(entity.span.overlaps(span) for entity in entities):
            entities.append(Entity(span, EntityType.DATE))
    entities.sort()
    place = {entity.span: number for number, entity in enumerate(entities)}
    moved = [place[entity.span] for entity in found.entities]
    tails = {moved[anchor]: number for anchor, span in days.items() for number, e in enumerate(entities) if e.type is EntityType.DATE and e.span.overlaps(span)}
    kept = (replace(r, head=moved[r.head], tail=moved[r.tail]) for r in found.relations)
    relations = [r for r in kept if not (r.type is RelationType.DURING and r.head in tails)]
    relations += [Relation(RelationType.DURING, head, tail, SCORE) for head, tail in tails.items()]
    return replace(
        found,
        entities=tuple(entities),
        relations=tuple(sorted(relations, key=lambda r: (r.head, r.type, r.tail))),
        achievements=tuple(replace(a, anchor=moved[a.anchor]) for a in found.achievements),
        names={moved[number]: name for number, name in found.names.items()},
        periods={moved[number]: period for number, period in found.periods.items()},
    )
