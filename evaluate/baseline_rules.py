"""The rules baseline: an article's achievements by regular expressions and a lexicon, without anything learned.

A figure is an achievement where the lexicon knows what it counts, and nothing beside it says that it is a price, a share, a
headcount or somebody's age. Links go to the nearest mention (evaluate/baseline_links.py); values and names are read as the model's are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evaluate.baseline_bodies import find_bodies
from evaluate.baseline_lexicon import MONEY, PIECES, RATE, Indicator, folded, lexicon
from evaluate.baseline_links import Judge, linked, outside, said_of, without_unlinked_times
from evaluate.baseline_mentions import Figure, find_figures, find_times
from model.dated import read_date
from model.plans import lies_ahead
from model.quantities import read_quantity
from model.schema import AnnotatedArticle, Article, Entity, EntityType, Kind, Span
from model.text import sentences

Bodies = Callable[[str, Sequence[Span]], list[Span]]
"""The organised bodies of a text, given its sentences."""

_NEAR_BREAK = re.compile(r"[,;(]| và | - |\d")
_AFTER_BREAK = re.compile(r"[,;:.()]|\d| và (?=\d)")
_REACH = 120
"""How many code points before a figure are looked at for acts."""
_NO_DEED = re.compile(
    r"(?<!\w)(?:mỗi(?: \w+){0,3}|từng(?: \w+){0,2}|bình quân|trung bình|(?:mức|tiền|đơn) (?:giá|lương|phạt|thưởng|thuê)(?: \w+){0,3}"
    r"|lương(?: \w+){0,4}|thu nhập(?: \w+){0,3}|giá(?: \w+){0,2}|gồm(?: có)?|trong đó(?: có)?(?: \w+)?|nữ|chiếm|còn lại|thiếu|cách"
    r"|khoảng cách|dài|cao|nặng|gần đây|(?:từ|giữa) \d[\d.,]* (?:lên|đến|xuống)|lãi suất(?: \w+){0,2}|đóng cửa|mất việc|bị(?: \w+)?|chậm"
    r"|sinh năm|nhu cầu(?: \w+){0,2}|thiệt hại(?: \w+)?|(?:mức|tỷ lệ|tỉ lệ) đóng(?: \w+){0,4}|nợ lương(?: \w+){0,3}|so với(?: \w+){0,3}) ?"
    r"(?:là |tới |hơn |gần |khoảng |trên )*$"
)
"""Words before a figure that make it a price, a wage, a share, a loss: nobody's deed."""
_PER_PIECE = re.compile(
    r" ?(?:(?:công nhân|người|học sinh)? ?(?:bị|nghỉ việc|mất việc|thất nghiệp|chết|tử vong|thương vong)(?!\w)"
    r"|/ ?(?:người|suất|tháng|ngày|năm|kg|tấn|lít|m2|ca|giờ|phần|cái|chiếc|căn|hộ|lượt|tuần|ha|quả|cuốn|ký)|(?:một|mỗi) (?:\w+)"
    r"|(?:đại biểu|người|đoàn viên)?[^,;.]{0,20}(?:tham dự|về dự|dự hội nghị|dự đại hội))"
)
"""Words after a figure that do the same, or say who attended."""
_PLAN_CUE = re.compile(
    r"(?<!\w)(?:phấn đấu|đặt(?: ra)? mục tiêu|mục tiêu(?= (?:của|là|đến|năm|nhiệm kỳ|hết|cụ thể)|:)|đăng ký|sẽ|dự kiến|dự định|hướng tới"
    r"|quyết tâm|hứa|nhắm|định hướng|phương hướng|nhiệm kỳ tới|năm tới|giao chỉ tiêu|chỉ tiêu(?=:| chủ yếu)|đích (?:của|mới)|đặt ra|cần"
    r"|muốn|xin phép)(?!\w)|^(?:kế hoạch|chỉ tiêu|nhiệm vụ)(?= (?:năm|của|là|quý|6|nhiệm kỳ)|:)"
)
_DONE = re.compile(r"(?<!\w)(?:đã|được|đạt|thực hiện|hoàn thành|vượt)(?!\w)")
_ASKED_FOR = re.compile(
    r"(?<!\w)(?:giao|chỉ tiêu|kế hoạch|kh|mục tiêu|dự toán|nghị quyết|định ra)"
    r"(?: (?:là|giao|năm|được|đề ra|cả năm|pháp lệnh|nhiệm kỳ|cả nhiệm kỳ|\(|của năm))*:? ?\(?$"
)
_HEADING = 60
"""A line no longer than this without a full stop is a heading."""
_HOLDS = re.compile(r"(?<!\w)(?:(?:hiện |đang )?có|quản lý|tổng số|hiện|gồm|với|sinh hoạt|tập hợp)(?: \w+){0,3} ?(?:hơn |gần |trên |khoảng )?$")
_STOCK = re.compile(r"tổng tài sản|vốn điều lệ|nợ xấu|dư nợ|tiền gửi|vốn chủ sở hữu|nợ quá hạn|sở hữu|nắm giữ")
_ALWAYS_LEVEL = frozenset({"members_total", "unions_total", "party_members"})
_MAYBE_LEVEL = frozenset({"group_members", "loans_given", "business_results", "infrastructure", "insurance_covered", "schooling", "staffing"})
_OF_ALL = frozenset(
    {"union_quality", "workers_conferences", "dialogues_held", "complaints_settled", "inspections", "rural_standards", "agreements_signed"}
    | {"enforcement", "elected", "unions_total"}
)
"""Codes of which the second number of ``14/17`` is all there are, not what was planned."""


@dataclass(frozen=True, slots=True)
class _Hit:
    """What a figure counts: the code, how sure, and the words that say it."""

    code: str
    points: float
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Around:
    """A figure's surroundings, folded: ``near`` since the last break, ``far`` before that, ``after`` up to the next. Starts are places in the text."""

    near: str
    far: str
    after: str
    near_start: int
    after_start: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence of an article and its times: ``plain`` is the text folded, ``ahead`` says that a heading over the sentence speaks of plans."""

    article: Article
    plain: str
    sentence: Span
    ahead: bool
    times: Sequence[Span]


def read_by_rules(article: Article, bodies: Bodies = find_bodies) -> AnnotatedArticle:
    """The article with everything that the rules find in it.

    Args:
        article: its text and body.
        bodies: what finds the organised bodies.
    """
    whole, plain = sentences(article.text, article.body), folded(article.text)
    named = bodies(article.text, whole)
    entities = [Entity(span, EntityType.ORGANISATION) for span in named]
    said: dict[Span, tuple[Kind, str]] = {}
    ahead = False
    for sentence in whole:
        ahead = _goes_on_ahead(plain, sentence, ahead)
        inside = [span for span in named if sentence.contains(span)]
        times = [span for span in find_times(article.text, sentence) if outside(span, inside)]
        entities += [Entity(span, EntityType.DATE) for span in times]
        entities += _achieved(_Line(article, plain, sentence, ahead, times), inside, said)
    return without_unlinked_times(linked(article, entities, lambda found: _judge(found, said)))


def _goes_on_ahead(plain: str, sentence: Span, ahead: bool) -> bool:
    """True for what stands under a heading that speaks of what is planned: its list, or the sentence right after it."""
    words = sentence.of(plain)
    if words.endswith(":") or (len(words) <= _HEADING and words[-1] not in ".;!?," and not re.search(r"\d", words)):
        return bool(_PLAN_CUE.search(words)) and not _DONE.search(words)
    return ahead and re.match(r"[-+*•–\d]", words) is not None


def _judge(entities: tuple[Entity, ...], said: dict[Span, tuple[Kind, str]]) -> Judge:
    return lambda place: said.get(entities[place].span, (Kind.RESULT, "other"))


def _achieved(line: _Line, bodies: Sequence[Span], said: dict[Span, tuple[Kind, str]]) -> list[Entity]:
    """The sentence's achievements with their targets, percentages and things; kind and code of each go into ``said``."""
    taken = [*line.times, *bodies]
    figures = find_figures(line.article.text, line.sentence, taken)
    made: list[Entity] = []
    last: Span | None = None
    for place, figure in enumerate(figures):
        around = _around(line, figure, figures[place + 1].span if place + 1 < len(figures) else None)
        belongs = _belonging(line, figure, figures[place + 1 :], last, around, said)
        if belongs is not None:
            made += [Entity(figure.span, belongs)] if belongs is not EntityType.COUNT else []
        elif figure.over is None and (hit := _hit(figure, around)) is not None:
            last = figure.span
            kind = _kind(line, figure, around, hit)
            said[figure.span] = (kind, hit.code)
            made.append(Entity(figure.span, _type(figure, kind)))
            spans = [*taken, *(entity.span for entity in made), *(other.span for other in figures)]
            made += [Entity(span, EntityType.INDICATOR) for span in hit.words if outside(span, spans)]
    return made


def _belonging(line: _Line, figure: Figure, following: Sequence[Figure], last: Span | None, around: _Around, said: dict[Span, tuple[Kind, str]]) -> EntityType | None:
    """TARGET or PERCENTAGE where the figure belongs to another achievement, COUNT where it is only all there are (``14/17``), else None."""
    text = line.article.text
    between = text[last.end : figure.span.start] if last is not None else ";"
    if last is not None and figure.over == last:
        return EntityType.TARGET if _is_target(text, figure, said[last][1]) else EntityType.COUNT
    if figure.unit == RATE:
        return EntityType.PERCENTAGE if ";" not in between and said_of(_without_target(between)) else None
    if _ASKED_FOR.search(around.far + around.near) and (";" not in between or _answered(line.plain, figure, following)):
        return EntityType.TARGET
    return None


def _is_target(text: str, figure: Figure, code: str) -> bool:
    """Whether the second number of ``391/300`` was planned, or is all there are."""
    first, second = (read_quantity(span.of(text)) if span is not None else None for span in (figure.over, figure.span))
    return code not in _OF_ALL or (first is not None and second is not None and first.value > second.value)


def _without_target(between: str) -> str:
    """``/300 đoàn viên, đạt `` without its ``/300``."""
    return re.sub(r"^ ?/ ?[\d.,]*\d(?: \w+ đồng)?", "", between)


def _answered(plain: str, figure: Figure, following: Sequence[Figure]) -> bool:
    """True for ``giao 700, thực hiện 1.013``: what was asked for, before what was done."""
    if not following or following[0].unit != figure.unit:
        return False
    between = plain[figure.span.end : following[0].span.start]
    return len(between) < _HEADING and ";" not in between and _DONE.search(between) is not None


def _type(figure: Figure, kind: Kind) -> EntityType:
    if figure.unit == RATE:
        return EntityType.PERCENTAGE
    return EntityType.TARGET if kind is Kind.PLAN else EntityType.COUNT


def _around(line: _Line, figure: Figure, following: Span | None) -> _Around:
    before = line.plain[max(line.sentence.start, figure.span.start - _REACH) : figure.span.start].split(";")[-1]
    cut = max((found.end() for found in _NEAR_BREAK.finditer(before)), default=0)
    end = figure.span.end
    if following is not None and line.plain[end : following.start].strip() == "/":
        end = following.end
    rest = line.plain[end : line.sentence.end]
    stop = _AFTER_BREAK.search(rest)
    return _Around(before[cut:], before[:cut], rest[: stop.start()] if stop else rest, figure.span.start - len(before) + cut, end)


def _hit(figure: Figure, around: _Around) -> _Hit | None:
    """What the figure counts by the lexicon; None where it knows nothing, or the words beside it say that it is no deed."""
    if _NO_DEED.search(around.near) or _PER_PIECE.match(around.after):
        return None
    found = [hit for indicator in lexicon() if figure.unit in indicator.units and (hit := _weigh(indicator, figure, around)) is not None]
    return max(found, key=lambda hit: hit.points, default=None)


def _weigh(indicator: Indicator, figure: Figure, around: _Around) -> _Hit | None:
    """Points for the things and acts around the figure; None where they are too few."""
    sure_after, thing_after, act_after = (_first(each, around.after) for each in (indicator.sure, indicator.things, indicator.acts))
    sure_near, thing_near, act_near = (_last(each, around.near) for each in (indicator.sure, indicator.things, indicator.acts))
    sure_far, act_far = _last(indicator.sure, around.far), _last(indicator.acts, around.far)
    behind = thing_after is not None and thing_after.start() <= 2
    beside = indicator.deed and act_near is not None and len(around.near) - act_near.end() <= 3 and re.match(r" [^\W\d]", around.after)
    counted = (act_near or act_far or act_after) and (behind or thing_near)
    listed = not around.after.strip() and (sure_far or (act_far and _last(indicator.things, around.far)))
    paid = act_near and indicator.alone and figure.unit == MONEY
    if not (sure_after or sure_near or (sure_far and figure.unit != PIECES) or counted or listed or paid or beside):
        return None
    points = (4.0 if sure_after.start() <= 3 else 2.5) if sure_after else 0.0
    points += 3.0 * bool(sure_near) + 1.0 * bool(sure_far) + 2.0 * behind + 1.0 * bool(thing_near)
    points += 2.0 * bool(act_near) + 0.8 * bool(act_far) + 1.0 * bool(act_after)
    return _Hit(indicator.code, points, _said(around, sure_near or act_near or thing_near, sure_after or thing_after))


def _said(around: _Around, before: re.Match[str] | None, behind: re.Match[str] | None) -> tuple[Span, ...]:
    """The words before and behind a figure, as places in the text."""
    found = ((before, around.near_start), (behind, around.after_start))
    return tuple(Span(start + match.start(), start + match.end()) for match, start in found if match)


def _first(pattern: re.Pattern[str] | None, text: str) -> re.Match[str] | None:
    return pattern.search(text) if pattern else None


def _last(pattern: re.Pattern[str] | None, text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=re.Match.end, default=None) if pattern else None


def _kind(line: _Line, figure: Figure, around: _Around, hit: _Hit) -> Kind:
    before = line.plain[line.sentence.start : figure.span.start]
    cue = _last(_PLAN_CUE, before)
    planned = cue is not None and not _DONE.search(before, cue.end()) and hit.code not in _ALWAYS_LEVEL
    if line.ahead or planned or lies_ahead(before) or any(_to_come(line.article, span) for span in line.times if span.end <= figure.span.start):
        return Kind.PLAN
    if hit.code in _ALWAYS_LEVEL or (hit.code in _MAYBE_LEVEL and (_HOLDS.search(around.near) or _STOCK.search(around.near))):
        return Kind.LEVEL
    return Kind.RESULT


def _to_come(article: Article, span: Span) -> bool:
    """True for a time that begins after the day of publication."""
    period = read_date(article.text, span, article.published)
    return bool(period and period.first and article.published and period.first > article.published)
