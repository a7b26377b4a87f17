"""What the records page says, in Vietnamese and English, and how it writes numbers and days."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

LABELS: dict[str, dict[str, str]] = {
    "vi": {
        "page.title": "Bản ghi thành tích",
        "page.lead": "Các thành tích mà mô hình tìm thấy trong những bài báo dưới đây, cùng chỗ của từng con số trong bài.",
        "help.title": "Cách dùng trang này",
        "help.field": "Chọn một mục của bản ghi để xem chỗ của nó trong bài.",
        "help.mark": "Chọn đoạn tô nền để xem bản ghi dùng nó, chọn lần nữa để sang bản ghi sau. Đoạn chỉ gạch chân không thuộc bản ghi nào.",
        "help.keys": "Phím Tab để đi, Enter để chọn, Esc để quay lại. Dấu # là liên kết để gửi cho người khác.",
        "help.confidence": "Độ tin cậy: xác suất đúng cả tổ chức, số lượng, chỉ tiêu, tỷ lệ và thời gian. Số nhỏ bên phải là của từng mục.",
        "page.legend": "Loại đoạn được tô",
        "summary.title": "Tóm tắt",
        "summary.file": "Tệp",
        "summary.articles": "Bài báo",
        "summary.articles_with": "có bản ghi",
        "summary.records": "Bản ghi",
        "summary.failed": "Bài không đọc được",
        "summary.kinds": "Theo loại",
        "summary.checks": "Theo kiểm tra",
        "summary.model": "Mô hình",
        "note.empty": "Không có bản ghi nào: mô hình không tìm thấy thành tích nào trong các bài đã đọc.",
        "note.no_articles": (
            "Không có tệp {file} bên cạnh các bản ghi, nên trang này chỉ hiện những câu mà bản ghi trích ra, không phải toàn văn. "
            "Mục kế thừa từ câu khác có thể không có chỗ để xem."
        ),
        "note.limit": "Trang này chỉ hiện {shown} bài đầu trong {all} bài. Phần tóm tắt tính trên tất cả.",
        "note.misfit": "{count} bản ghi không khớp với bài nên không được tô. Có lẽ bài và bản ghi đến từ hai lần chạy: hãy trích lại.",
        "note.noscript": "Trình duyệt này không chạy JavaScript: không lọc được, và chỉ {count} bài đầu có nội dung.",
        "errors.title": "Bài không đọc được",
        "errors.article": "Bài",
        "errors.path": "Tệp",
        "errors.stage": "Bước",
        "errors.reason": "Lý do",
        "errors.more": "và {count} bài nữa, xem trong {file}",
        "stage.open": "mở",
        "stage.decode": "giải mã",
        "stage.parse": "phân tích",
        "stage.duplicate": "trùng",
        "filter.title": "Lọc bản ghi",
        "filter.organisation": "Tổ chức",
        "filter.indicator": "Nội dung",
        "filter.kind": "Loại",
        "filter.any": "tất cả",
        "filter.confidence": "Tin cậy từ",
        "filter.conflict": "Chỉ bản ghi có mâu thuẫn",
        "filter.reset": "Bỏ lọc",
        "filter.open": "Mở tất cả",
        "filter.close": "Đóng tất cả",
        "filter.found": "Đang hiện {records} bản ghi trong {articles} bài",
        "filter.none": "Không có bản ghi nào khớp với bộ lọc.",
        "article.text": "Bài viết",
        "article.sentences": "Câu được trích",
        "article.records": "Bản ghi",
        "article.none": "Không có bản ghi nào trong bài này.",
        "article.undated": "không rõ ngày đăng",
        "article.dated_by": "ngày đọc từ bài: {words}",
        "article.link": "Liên kết đến bài này",
        "article.lost": "Bài này không có trong tệp {file}; chỉ hiện những câu mà bản ghi trích ra.",
        "article.twice": "Mã bài này có {count} lần trong tệp bài báo; các bản ghi được đặt ở lần đầu.",
        "article.overlap": "{count} đoạn nằm chồng lên đoạn khác nên không được tô riêng.",
        "tally.records": "{count} bản ghi",
        "tally.conflicts": "{count} mâu thuẫn",
        "card.nobody": "Không rõ tổ chức",
        "card.link": "Liên kết đến bản ghi này",
        "card.inherited": "kế thừa",
        "card.inherited_help": "lấy từ ngoài câu chứa con số",
        "card.confidence": "Tin cậy",
        "card.show": "Xem trong bài",
        "card.checks": "Kiểm tra",
        "card.sentence": "câu",
        "card.misfit": "Không khớp bài: {field} phải là “{text}” ở {start}–{end}, nhưng ở đó là “{found}”.",
        "card.nothing": "ngoài bài",
        "card.used": "Bản ghi {place}/{count} dùng đoạn này",
        "type.ORGANISATION": "Tổ chức",
        "type.INDICATOR": "Nội dung",
        "type.COUNT": "Số lượng",
        "type.TARGET": "Chỉ tiêu",
        "type.PERCENTAGE": "Tỷ lệ",
        "type.DATE": "Thời gian",
        "short.ORGANISATION": "TC",
        "short.INDICATOR": "ND",
        "short.COUNT": "SL",
        "short.TARGET": "CT",
        "short.PERCENTAGE": "TL",
        "short.DATE": "TG",
        "kind.result": "Kết quả",
        "kind.level": "Hiện có",
        "kind.plan": "Kế hoạch",
        "qualifier.approximately": "khoảng",
        "qualifier.nearly": "gần",
        "qualifier.more_than": "hơn",
        "qualifier.at_least": "ít nhất",
        "qualifier.at_most": "nhiều nhất",
        "percentage.of_target": "so với chỉ tiêu",
        "percentage.over_target": "vượt chỉ tiêu",
        "percentage.share": "tỷ trọng",
        "percentage.growth": "tăng, giảm",
        "percentage.of_previous": "so với kỳ trước",
        "percentage.rate": "tỷ lệ đạt",
        "outcome.ok": "Khớp",
        "outcome.rounding": "Làm tròn",
        "outcome.conflict": "Mâu thuẫn",
        "outcome.unchecked": "Không có kiểm tra",
        "rule.count_of_target": "tỷ lệ so với chỉ tiêu",
        "rule.count_over_target": "phần vượt chỉ tiêu",
        "rule.words_of_target": "lời văn và con số",
        "rule.excess": "hai tỷ lệ với nhau",
        "rule.implied_target": "chỉ tiêu suy ra",
        "rule.after_publication": "thời gian sau ngày đăng",
        "rule.readable": "đọc được giá trị",
        "rule.grouping": "cách nhóm chữ số",
        "period.from": "từ {day}",
        "period.until": "đến {day}",
        "period.unknown": "không rõ ngày",
        "unit.VND": "{value} đồng",
        "unit.%": "{value}%",
    },
    "en": {
        "page.title": "Achievement records",
        "page.lead": "The achievements that the model found in the articles below, with the place of every figure in the text.",
        "help.title": "How to use this page",
        "help.field": "Choose a field of a record to see its place in the text.",
        "help.mark": "Choose a shaded passage to see a record that uses it, again for the next. A passage that is only underlined is in no record.",
        "help.keys": "Tab moves, Enter chooses, Esc goes back. The # sign is a link that you can share.",
        "help.confidence": "Confidence: how likely organisation, count, target, percentages and period are all right. Small numbers are per field.",
        "page.legend": "What is marked",
        "summary.title": "Summary",
        "summary.file": "File",
        "summary.articles": "Articles",
        "summary.articles_with": "with records",
        "summary.records": "Records",
        "summary.failed": "Unreadable articles",
        "summary.kinds": "By kind",
        "summary.checks": "By check",
        "summary.model": "Model",
        "note.empty": "No records: the model found no achievement in the articles that were read.",
        "note.no_articles": (
            "There is no file {file} beside the records, so this page shows only the sentences that the records quote, not the whole articles. "
            "A field inherited from another sentence may have no place to show."
        ),
        "note.limit": "This page shows only the first {shown} of {all} articles. The summary counts them all.",
        "note.misfit": "Records that do not fit their article and are not marked in it: {count}. The two may be of different runs: extract again.",
        "note.noscript": "This browser runs no JavaScript: there is no filter, and only the first {count} articles have content.",
        "errors.title": "Articles that could not be read",
        "errors.article": "Article",
        "errors.path": "File",
        "errors.stage": "Step",
        "errors.reason": "Reason",
        "errors.more": "and {count} more, see {file}",
        "stage.open": "open",
        "stage.decode": "decode",
        "stage.parse": "parse",
        "stage.duplicate": "duplicate",
        "filter.title": "Filter records",
        "filter.organisation": "Organisation",
        "filter.indicator": "Indicator",
        "filter.kind": "Kind",
        "filter.any": "all",
        "filter.confidence": "Confidence from",
        "filter.conflict": "Only records with a conflict",
        "filter.reset": "Clear",
        "filter.open": "Open all",
        "filter.close": "Close all",
        "filter.found": "Records shown: {records}, articles: {articles}",
        "filter.none": "No record matches the filter.",
        "article.text": "Article",
        "article.sentences": "Quoted sentences",
        "article.records": "Records",
        "article.none": "No records in this article.",
        "article.undated": "publication day unknown",
        "article.dated_by": "day read from the text: {words}",
        "article.link": "Link to this article",
        "article.lost": "This article is not in {file}; only the sentences that its records quote are shown.",
        "article.twice": "This article id occurs {count} times in the articles file; its records stand with the first.",
        "article.overlap": "Passages that overlap another and are not marked by themselves: {count}.",
        "tally.records": "Records: {count}",
        "tally.conflicts": "conflicts: {count}",
        "card.nobody": "Organisation unknown",
        "card.link": "Link to this record",
        "card.inherited": "inherited",
        "card.inherited_help": "taken from outside the figure's sentence",
        "card.confidence": "Confidence",
        "card.show": "Show in the text",
        "card.checks": "Checks",
        "card.sentence": "sentence",
        "card.misfit": "Does not fit the article: {field} should be “{text}” at {start}–{end}, but “{found}” stands there.",
        "card.nothing": "outside the text",
        "card.used": "Record {place} of {count} that use this passage",
        "type.ORGANISATION": "Organisation",
        "type.INDICATOR": "Indicator",
        "type.COUNT": "Count",
        "type.TARGET": "Target",
        "type.PERCENTAGE": "Percentage",
        "type.DATE": "Period",
        "short.ORGANISATION": "O",
        "short.INDICATOR": "I",
        "short.COUNT": "C",
        "short.TARGET": "T",
        "short.PERCENTAGE": "P",
        "short.DATE": "D",
        "kind.result": "Result",
        "kind.level": "Level",
        "kind.plan": "Plan",
        "qualifier.approximately": "approximately",
        "qualifier.nearly": "nearly",
        "qualifier.more_than": "more than",
        "qualifier.at_least": "at least",
        "qualifier.at_most": "at most",
        "percentage.of_target": "of the target",
        "percentage.over_target": "above the target",
        "percentage.share": "share",
        "percentage.growth": "growth",
        "percentage.of_previous": "of the period before",
        "percentage.rate": "rate",
        "outcome.ok": "Agrees",
        "outcome.rounding": "Rounding",
        "outcome.conflict": "Conflict",
        "outcome.unchecked": "No check",
        "rule.count_of_target": "percentage of the target",
        "rule.count_over_target": "excess over the target",
        "rule.words_of_target": "words against figures",
        "rule.excess": "the two percentages",
        "rule.implied_target": "implied target",
        "rule.after_publication": "period after publication",
        "rule.readable": "value can be read",
        "rule.grouping": "grouping of digits",
        "period.from": "from {day}",
        "period.until": "until {day}",
        "period.unknown": "days unknown",
        "unit.VND": "VND {value}",
        "unit.%": "{value}%",
    },
}
"""Language to label to words. Both languages have every label."""

_READ_AS = {"number": "số", "percentage": "tỷ lệ", "time": "thời gian"}
_FIGURES = r"[^%]+/[^%]+ gives \S+ %, stated is .+"
# The checks speak English (they are data, and records are compared by them); these are their sentences in Vietnamese.
_DETAILS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), vietnamese)
    for pattern, vietnamese in (
        (
            rf"(.+) is of the target, not above it, though the words say it is exceeded; ({_FIGURES})",
            "{0} là tỷ lệ so với chỉ tiêu, không phải phần vượt như lời văn; {1}",
        ),
        (r"(.+/.+) gives (\S+) %, stated is (.+)", "{0} là {1}%, bài ghi {2}"),
        (r"(.+) less 100 % is (\S+) %, stated is (.+)", "{0} trừ 100% là {1}%, bài ghi {2}"),
        (r"implied, not stated: a target of about (\S+)", "suy ra, bài không nêu: chỉ tiêu khoảng {0}"),
        (r"the period begins on (\S+), the article is of (\S+)", "thời gian bắt đầu từ {0}, bài đăng {1}"),
        (r"(.+) cannot be read as a (number|percentage|time), so (?:the field|it) is left out", "không đọc được {0} như {1}, nên bỏ trống mục này"),
        (r"the digits of (.+) are grouped irregularly; read as they stand", "chữ số của {0} được nhóm không theo lệ; đọc đúng như đã viết"),
        (r"the digits of (.+) can be read in two ways; read as (\S+)", "chữ số của {0} có hai cách đọc; đọc là {1}"),
    )
)


def check_detail(detail: str, language: str) -> tuple[str, str]:
    """What a check found, in the page's language where it can be put so, and the language it is then in.

    >>> check_detail("391/300 gives 130.33 %, stated is 130,3%", "vi")
    ('391/300 là 130,33%, bài ghi 130,3%', 'vi')
    """
    if language != "vi":
        return detail, "en"
    for pattern, vietnamese in _DETAILS:
        if match := pattern.fullmatch(detail):
            return vietnamese.format(*map(_vietnamese, match.groups())), "vi"
    return detail, "en"


def _vietnamese(part: str) -> str:
    if re.fullmatch(r"-?\d+(\.\d+)?", part):
        return number_text(Decimal(part), "vi")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", part):
        return day_text(date.fromisoformat(part), "vi")
    return _READ_AS.get(part) or (check_detail(part, "vi")[0] if " gives " in part else part)


def number_text(value: Decimal, language: str) -> str:
    """The number as people write it there: ``37.130,5`` in Vietnamese, ``37,130.5`` in English, a true minus sign in both.

    >>> number_text(Decimal("-1234.50"), "vi")
    '−1.234,5'
    """
    whole, _, part = format(abs(value), "f").partition(".")
    text = f"{int(whole):,}" + (f".{part.rstrip('0')}" if part.rstrip("0") else "")
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if value < 0 else text


def day_text(day: date, language: str) -> str:
    """``24/01/2022`` in Vietnamese, ISO 8601 in English, where day and month could be taken for each other."""
    return f"{day.day:02}/{day.month:02}/{day.year}" if language == "vi" else day.isoformat()


def percent_text(probability: float) -> str:
    """A probability from 0 to 1 in whole percent, cut: 99.9 % sure is never shown as certain."""
    return f"{int(probability * 100 + 1e-9)}%"
