"""Tell an article from the page around it: menus, share buttons, time stamps, and the headlines of other stories.

A wrong cut loses an achievement for ever, a line too many is one more line to read: so prose is never cut by what it says, only where the
structure of the page shows that it belongs to other stories. Offsets are code points of the NFC text, half-open.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from model.schema import Span

_LISTS = (
    "có thể bạn quan tâm|có thể bạn thích|bạn có thể quan tâm|nên xem|nên đọc|tin liên quan|bài liên quan|bài viết liên quan|tin bài liên quan|"
    "tin tức liên quan|tin khác|tin bài khác|bài khác|các tin khác|các bài khác|các tin đã đưa|các tin cũ hơn|các tin mới hơn|tin cũ hơn|"
    "tin mới hơn|bài viết khác|tin cùng chuyên mục|cùng chuyên mục|bài cùng chuyên mục|tin cùng chuyên đề|cùng chuyên đề|xem thêm|đọc thêm|"
    "xem tiếp|đọc tiếp|tin mới|tin mới nhất|tin nổi bật|tin nóng|tin đọc nhiều|tin xem nhiều|đọc nhiều|đọc nhiều nhất|xem nhiều|"
    "xem nhiều nhất|được quan tâm|mới nhất|tin tiêu điểm|tiêu điểm|tin tức khác|multimedia|đừng bỏ lỡ|đọc tin khác|tin trong ngày"
)
_COMMENTS = "bình luận|ý kiến bạn đọc|ý kiến|gửi bình luận|gửi ý kiến|bình luận của bạn|phản hồi|gửi phản hồi|viết bình luận"
_BUTTONS = (
    "chia sẻ|chia sẻ bài viết|chia sẻ facebook|facebook|twitter|zalo|google|google news|google\\+|linkedin|pinterest|telegram|like|share|tweet|"
    "thích|copy link|sao chép liên kết|in bài|in bài viết|in trang|bản in|lưu bài|lưu|gửi email|email|gửi cho bạn bè|print|nghe đọc bài|"
    "nghe bài viết|cỡ chữ|a a|quay lại|trở lại|về trang chủ|trang chủ|đăng nhập|đăng ký|đăng xuất|menu|tìm kiếm|liên hệ|rss|sitemap|"
    "phiên bản di động|phiên bản đầy đủ|lên đầu trang|về đầu trang|mục lục|toàn màn hình|quảng cáo|advertisement|theo dõi|hotline|"
    "theo dõi chúng tôi|theo dõi trên google news|từ khóa|từ khoá|tags|tag|thẻ|chủ đề|video|ảnh|infographic|podcast|xem ảnh lớn"
)
_LIST_HEAD = re.compile(rf"(?:{_LISTS})", re.IGNORECASE)
_COMMENT_HEAD = re.compile(rf"(?:{_COMMENTS})", re.IGNORECASE)
_BUTTON = re.compile(rf"(?:{_BUTTONS})(?:[\s|,/]+(?:{_BUTTONS}))*", re.IGNORECASE)
_TAGS = re.compile(r"(?:từ kh[óo][áa]?|tags?|thẻ|chủ đề)\s*:", re.IGNORECASE)
_POINTER = re.compile(r"(?:(?:mời (?:quý vị |bạn |độc giả )*)?(?:xem|đọc) thêm|tin liên quan|bài liên quan)\s*[:>»]|(?:>>|»)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"(?:!\[[^\]\n]*\]\([^)\n]*\)[\s|]*)+")
_DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}"
_TIME = r"\d{1,2}\s*(?::|h|giờ)\s*\d{2}(?::\d{2})?(?:\s*(?:AM|PM|phút))?"
_WEEKDAY = r"(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật|cn|t[2-7])\s*[,\s-]*)?"
_ZONE = r"(?:\s*\(?GMT\s*[+-]\s*\d+\)?)?"
_GAP = r"[\s,|–-]*"
_STAMP = re.compile(
    rf"(?:cập nhật\s*(?:lúc)?:?\s*|đăng\s*(?:ngày|lúc):?\s*|ngày(?:\s+đăng)?:?\s*)?{_WEEKDAY}"
    rf"(?:{_DAY}(?:{_GAP}{_TIME})?|{_TIME}{_GAP}{_WEEKDAY}(?:ngày\s+)?{_DAY}|{_TIME})\s*{_ZONE}",
    re.IGNORECASE,
)
_SECTION_STAMP = re.compile(rf"[^\d.!?:;]{{2,40}}?{_GAP}{_WEEKDAY}{_DAY}{_GAP}{_TIME}{_ZONE}", re.IGNORECASE)
_AGO = re.compile(r"(?:[^\d.!?:;]{2,40}\s)?\d{1,2} (?:phút|giờ|ngày) trước", re.IGNORECASE)
_CRUMBS = re.compile(r"[^>»›.!?]{2,40}(?:\s*[>»›]\s*[^>»›.!?]{2,60})+")
_FOOT = re.compile(
    r"©|copyright|bản quyền|giấy phép (?:số|hoạt động)|tổng biên tập\s*:|t[òo][àa] soạn\s*:|hotline\s*:|đường dây nóng\s*:|issn", re.IGNORECASE
)
_SOURCE = re.compile(r"\([A-ZĐ][\wĐ .]{1,14}\)|[A-ZĐ]{2,8}O?(?:\.VN)?\s+[-–—]")
_ENDS = re.compile(r"[.!?…:;][\"”’»)\]]*$")
_EDGE = " \t\u00a0•·*-–—|:>»+[](){}_#"
_WORD = re.compile(r"[^\W_]+")


class Role(Enum):
    """What a line looks like by itself."""

    BLANK = auto()
    PROSE = auto()  # whole sentences
    SHORT = auto()  # a headline, a caption, a name: no sentence
    STAMP = auto()  # only a time, perhaps with a section's name
    LIST = auto()  # the head of a list of other stories
    COMMENT = auto()  # the head of what readers write
    FURNITURE = auto()  # buttons, placeholders, crumbs, only signs


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int
    role: Role

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _without_count(label: str) -> str:
    """``Bình luận (12)`` is the button ``Bình luận``. In steps: as one pattern with three repeats it took cubic time on a line of spaces."""
    label = label.rstrip().rstrip(")").rstrip()
    digits = re.search(r"(?<!\d)\d{1,4}$", label)
    return (label[: digits.start()] if digits else label).rstrip().rstrip("(").rstrip()


def role(line: str) -> Role:
    """What ``line`` looks like by itself, without its neighbours.

    >>> [role(line).name for line in ("• :", "Hoạt động 20/04/2025 21:57", "Tin khác", "Đoàn viên vui Tết", "Đạt 100% kế hoạch năm.")]
    ['FURNITURE', 'STAMP', 'LIST', 'SHORT', 'PROSE']
    """
    bare = line.strip(_EDGE)
    label = _without_count(bare)
    if not line.strip():
        return Role.BLANK
    if not _WORD.search(line) or _PLACEHOLDER.fullmatch(line.strip()) or _BUTTON.fullmatch(label) or _TAGS.match(bare):
        return Role.FURNITURE
    if _STAMP.fullmatch(bare) or _SECTION_STAMP.fullmatch(bare) or _AGO.fullmatch(bare):
        return Role.STAMP
    if _LIST_HEAD.fullmatch(label):
        return Role.LIST
    if _COMMENT_HEAD.fullmatch(label):
        return Role.COMMENT
    if _is_crumbs(line.strip()) or (_POINTER.match(line.strip()) and len(bare) < 200):
        return Role.FURNITURE
    return Role.PROSE if _is_prose(line.rstrip(" |\t")) else Role.SHORT


def _is_crumbs(line: str) -> bool:
    return len(line) <= 120 and bool(_CRUMBS.fullmatch(line)) and (line.lower().startswith("trang chủ") or len(re.findall("[>»›]", line)) >= 2)


def _is_prose(line: str) -> bool:
    return len(line) >= 200 or (len(_WORD.findall(line)) >= 5 and bool(_ENDS.search(line)))


def body_spans(text: str) -> tuple[Span, ...]:
    """The parts of ``text`` that are the article's own, in order, each from the start of a line to the end of a line, without outer white space.

    Lines between two kept ones are left out only when they are furniture. A page of nothing but furniture is kept whole; an empty one gives ().

    >>> page = "Đoàn viên tăng\\n\\nNăm qua kết nạp 391 đoàn viên mới.\\nTin khác\\nChuyện bóng đá\\n20/04/2025 21:57"
    >>> [span.of(page) for span in body_spans(page)]
    ['Đoàn viên tăng\\n\\nNăm qua kết nạp 391 đoàn viên mới.']
    """
    lines = _lines(text)
    if not lines:
        return ()
    kept = _kept(lines)
    return _merged(lines, kept) or _merged(lines, [True] * len(lines))


def headline(text: str, body: Sequence[Span]) -> str | None:
    """The first line of the body that looks like a headline: some words, no full stop, before the first prose; None where there is none."""
    for span in body:
        for line in span.of(text).split("\n"):
            found = role(line)
            if found is Role.PROSE and not line.rstrip().endswith(("?", "!", "…")):
                return None
            if found in (Role.SHORT, Role.PROSE) and len(_WORD.findall(line)) >= 3 and not line.rstrip().endswith((":", "|")):
                return line.strip()
    return None


def _lines(text: str) -> list[_Line]:
    """The lines that are not blank."""
    found, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(_Line(line, at, role(line)))
        at += len(line) + 1
    return found


def _merged(lines: Sequence[_Line], kept: Sequence[bool]) -> tuple[Span, ...]:
    spans: list[Span] = []
    joins = False
    for line, keep in zip(lines, kept, strict=True):
        if keep:
            start = line.start + len(line.text) - len(line.text.lstrip())
            end = line.end - (len(line.text) - len(line.text.rstrip()))
            spans[-1:] = [Span(spans[-1].start, end)] if joins else [*spans[-1:], Span(start, end)]
        joins = keep
    return tuple(spans)


def _kept(lines: Sequence[_Line]) -> list[bool]:
    kept = [line.role not in (Role.STAMP, Role.FURNITURE, Role.LIST, Role.COMMENT) for line in lines]
    first = next((at for at, line in enumerate(lines) if line.role is Role.PROSE), len(lines))
    _drop_above(lines, kept, first)
    end = _drop_lists(lines, kept, first)
    _drop_foot(lines, kept, end)
    _drop_picture_names(lines, kept, end)
    return kept


def _drop_lists(lines: Sequence[_Line], kept: list[bool], first: int) -> int:
    """Leave out what stands under the head of a list: all the rest, or only the headlines before the story goes on. Where the page's end begins."""
    for at in range(first + 1, len(lines)):
        if lines[at].role not in (Role.LIST, Role.COMMENT):
            continue
        if _only_other_stories(lines, at):
            kept[at:] = [False] * (len(lines) - at)
            return at
        if lines[at].role is Role.LIST:
            _drop_run(lines, kept, at + 1)
    return len(lines)


def _drop_run(lines: Sequence[_Line], kept: list[bool], at: int) -> None:
    while at < len(lines) and lines[at].role is not Role.PROSE:
        kept[at] = False
        at += 1


def _only_other_stories(lines: Sequence[_Line], head: int) -> bool:
    """True where everything after a list's head is headlines, time stamps and the first sentences of other stories.

    Teasers stand singly under a headline. Prose under prose is a story that goes on, unless readers' comments with their times.
    """
    rest = [line for line in lines[head + 1 :] if line.role is not Role.FURNITURE]
    prose = [at for at, line in enumerate(rest) if line.role is Role.PROSE]
    stamps = sum(line.role is Role.STAMP for line in rest)
    if not prose:
        return True
    if any(line.role is Role.COMMENT for line in (lines[head], *rest[: prose[0]])) and stamps >= 2 and len(prose) <= 2 * stamps:
        return True
    if any(at == 0 or rest[at - 1].role is Role.PROSE for at in prose):
        return False
    times = Counter(line.text.strip() for line in rest)
    marked = sum(bool(_SOURCE.match(rest[at].text.strip())) or times[rest[at - 1].text.strip()] > 1 for at in prose)
    return len(prose) >= 2 and (marked * 2 >= len(prose) or stamps * 2 >= len(prose))


def _drop_above(lines: Sequence[_Line], kept: list[bool], first: int) -> None:
    """Above the first prose: leave out menus, and headlines in a row that have next to nothing in common with the story."""
    told = _pairs(" ".join(line.text for line in lines[first:] if line.role is Role.PROSE)[:6000])
    if not told:  # no story to compare with: a list or a table
        return
    short = [at for at in range(first) if lines[at].role is Role.SHORT]
    menu = [at for at in short if len(_WORD.findall(lines[at].text)) <= 3 and not re.search(r"\d|:\s*$", lines[at].text)]
    if len(menu) >= 4:
        for at in menu:
            kept[at] = False
    heads = [at for at in short if kept[at]]
    strange = [at for at in heads if _share(lines[at].text, told) < 0.25 and len(_WORD.findall(lines[at].text)) >= 4]
    if len(strange) >= 3 and len(strange) < len(heads):
        for at in strange:
            kept[at] = False
    for at in heads[1:]:  # a row of headlines that a table cell closes; a caption has its picture before it
        if lines[at].text.rstrip().endswith("|") and lines[at - 1].role is not Role.FURNITURE:
            kept[at] = False


def _pairs(text: str) -> set[tuple[str, str]]:
    words = [word.lower() for word in _WORD.findall(text)]
    return set(pairwise(words))


def _share(line: str, told: set[tuple[str, str]]) -> float:
    """How many of the line's pairs of syllables the story has as well, 0 to 1."""
    own = _pairs(line)
    return len(own & told) / len(own) if own else 0.0


def _drop_foot(lines: Sequence[_Line], kept: list[bool], end: int) -> None:
    """The publisher's lines at the foot of the page, and what follows them."""
    last = max((at for at in range(end) if lines[at].role is Role.PROSE), default=end)
    for at in range(last + 1, end):
        if _FOOT.match(lines[at].text.strip(_EDGE)):
            kept[at:end] = [False] * (end - at)
            return


def _drop_picture_names(lines: Sequence[_Line], kept: list[bool], end: int) -> None:
    """Headlines without their marks (``mot nam ve dich``) stand for pictures; two in a row with other headlines link to other stories.

    The article's own headline again, alone on a line, is the name of a picture too.
    """
    heads = [line.text.strip() for line in lines[:end] if line.role is Role.SHORT and len(_WORD.findall(line.text)) >= 4]
    slugs = {_plain(head) for head in heads if not head.isascii()}  # a headline that is plain itself names no picture
    named = [next((slug for slug in slugs if line.text.strip().startswith(slug)), None) for line in lines[:end]]
    for at, slug in enumerate(named):
        alone = slug is not None and lines[at].text.strip() == slug
        beside = slug is not None and slug in (named[at - 1] if at else None, named[at + 1] if at + 1 < end else None)
        if alone or (beside and lines[at].role is Role.SHORT):
            kept[at] = False
    if heads:
        own = [at for at in range(end) if kept[at] and lines[at].text.strip() == heads[0]]
        for at in own[1:]:
            kept[at] = False


def _plain(line: str) -> str:
    """``line`` in small letters without marks and signs, as file names are made from headlines."""
    bare = unicodedata.normalize("NFD", line.lower().replace("đ", "d"))
    return " ".join(_WORD.findall("".join(character for character in bare if not unicodedata.combining(character))))
