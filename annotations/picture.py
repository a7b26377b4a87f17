"""A picture of what the corpus holds and lacks: one page of bars that fetches nothing, for light and dark, wide and narrow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from html import escape
from pathlib import Path

from annotations.corpus_counts import FORMS, LENGTHS, UNDATED, UNKNOWN, CorpusCounts, Tally
from model.errors import OutputError
from model.page import indicator_labels
from model.page_labels import LABELS, number_text
from model.schema import Kind

ENOUGH = 10
"""An indicator code with fewer achievements is shown as lacking."""
LANGUAGES = ("vi", "en")
_MANY = 10

_WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "title": "Kho ngữ liệu có gì, thiếu gì",
        "lead": "{articles} bài, {achievements} thành tích được đánh dấu.",
        "written": "bài viết cho dự án",
        "real": "bài báo thật",
        "figures": "Mỗi dòng: số từ bài viết cho dự án + số từ bài thật. Thanh bị ngắt dài hơn hình vẽ.",
        "codes": "Thành tích theo chỉ tiêu",
        "lack": "Còn thiếu (dưới {least} thành tích): {names}.",
        "lack_none": "Mã nào cũng có ít nhất {least} thành tích.",
        "lacking": "thiếu",
        "kinds": "Theo loại",
        "forms": "Theo cách viết",
        "forms_note": "Một thành tích có thể thuộc nhiều dòng. {count} thành tích ở những bài không có văn bản tại đây nên không biết tổ chức và thời gian đứng ở đâu.",
        "articles": "Bài báo",
        "with": "có thành tích",
        "empty": "không có thành tích nào",
        "years": "Theo năm của thời gian",
        "lengths": "Độ dài văn bản (ký tự)",
        "lengths_note": "{count} bài không có văn bản tại đây.",
        "none": "Chưa có gì.",
        "undated": "không nêu thời gian",
        "unknown": "không rõ ngày",
        "organisation_same": "tổ chức trong cùng câu",
        "organisation_inherited": "tổ chức kế thừa từ câu khác",
        "organisation_none": "không có tổ chức",
        "period_same": "thời gian trong cùng câu",
        "period_inherited": "thời gian kế thừa từ câu khác",
        "period_none": "không có thời gian",
        "target": "chỉ tiêu cạnh số lượng",
        "percentages": "hai tỷ lệ trở lên",
        "percentage_anchor": "chỉ có tỷ lệ, không có số lượng",
        "repeated": "kể lại",
        "unsure": "chưa chắc",
        "from": "từ {low}",
        "between": "{low} đến {high}",
    },
    "en": {
        "title": "What the corpus holds and lacks",
        "lead": "{articles} articles, {achievements} achievements marked.",
        "written": "written for the project",
        "real": "real articles",
        "figures": "Each row: count in written + count in real articles. A broken bar is longer than drawn.",
        "codes": "Achievements by indicator",
        "lack": "Lacking (fewer than {least} achievements): {names}.",
        "lack_none": "Every code has at least {least} achievements.",
        "lacking": "lacking",
        "kinds": "By kind",
        "forms": "By how they are told",
        "forms_note": "An achievement may be in several rows. {count} achievements are of articles whose text is not here: where their organisation and period stand is not known.",
        "articles": "Articles",
        "with": "with achievements",
        "empty": "without any achievement",
        "years": "By year of the period",
        "lengths": "Text length (characters)",
        "lengths_note": "The text of {count} articles is not here.",
        "none": "Nothing yet.",
        "undated": "no time stated",
        "unknown": "days not known",
        "organisation_same": "organisation in its sentence",
        "organisation_inherited": "organisation inherited from another sentence",
        "organisation_none": "no organisation",
        "period_same": "period in its sentence",
        "period_inherited": "period inherited from another sentence",
        "period_none": "no period",
        "target": "target beside the count",
        "percentages": "two percentages or more",
        "percentage_anchor": "a percentage without a count",
        "repeated": "told again",
        "unsure": "unsure",
        "from": "from {low}",
        "between": "{low} to {high}",
    },
}

_STYLE = """
:root { color-scheme: light dark; --ground: #f7f7f5; --surface: #fff; --ink: #1f2429; --quiet: #59626c; --line: #dcdfe2; --track: #eceef0;
  --written: #2f6da8; --real: #c07a12; --bad: #a9261c; --bad-ground: #fcefed; }
@media screen and (prefers-color-scheme: dark) { :root { --ground: #15181b; --surface: #1c2024; --ink: #e2e5e8; --quiet: #9ca6af; --line: #343a40;
  --track: #2b3137; --written: #6da6dc; --real: #e0a84c; --bad: #ff9a8f; --bad-ground: #3a2321; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.6rem clamp(.9rem, 2.5vw, 2.5rem) 3rem; max-width: 88rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; overflow-wrap: anywhere; }
h1, h2, p { margin: 0; } h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 650; } h2 { font-size: 1.05rem; font-weight: 600; }
.quiet { color: var(--quiet); font-size: .875rem; } .top > * + * { margin-top: .5rem; }
.legend span { margin-right: 1.2rem; white-space: nowrap; }
.legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; border-radius: 2px; vertical-align: -.05rem; }
.w { background: var(--written); } .r { background: var(--real); background-image: repeating-linear-gradient(135deg, #0000 0 3px, #fff5 3px 5px); }
.lack { color: var(--bad); background: var(--bad-ground); padding: .5rem .8rem; border-radius: 6px; font-size: .925rem; }
.parts { margin-top: 1.2rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
@media (min-width: 62rem) { .parts { grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); } .parts > .tall { grid-row: span 6; } }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.1rem; }
section > * + * { margin-top: .5rem; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; table-layout: fixed; }
th, td { padding: .16rem 0; vertical-align: middle; font-weight: 400; text-align: left; line-height: 1.3; }
th { width: 46%; padding-right: .7rem; } td.n { width: 6.6rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th code { display: block; color: var(--quiet); font: .72rem/1.2 ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; }
.bar { display: flex; height: .8rem; background: var(--track); border-radius: 2px; overflow: hidden; }
.bar i { display: block; flex: none; }
tr.few th, tr.few td.n { color: var(--bad); }
tr.few b { font-size: .72rem; font-weight: 600; border: 1px solid; border-radius: 99px; padding: 0 .4rem; margin-left: .3rem; white-space: nowrap; }
.bar.cut { -webkit-mask: linear-gradient(100deg, #000 calc(90% - 3px), #0000 calc(90% - 3px) calc(90% + 3px), #000 calc(90% + 3px));
  mask: linear-gradient(100deg, #000 calc(90% - 3px), #0000 calc(90% - 3px) calc(90% + 3px), #000 calc(90% + 3px)); }
@media (max-width: 30rem) { section { padding: .9rem .8rem; } th { width: 45%; } td.n { width: 6.5rem; }
  .tall tr { display: grid; grid-template-columns: minmax(0, 1fr) 6.5rem; align-items: center; padding: .2rem 0; }
  .tall th { grid-column: 1 / -1; width: auto; padding: 0; } .tall th code { display: inline; margin-left: .5rem; } .tall td { padding: 0; } .tall td.n { width: auto; } }
@media print { body { max-width: none; padding: 0; background: none; } .bar, .bar i, .legend i { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
"""

_Row = tuple[str, str, Tally]
"""What it is called, its code in small letters ("" for none), how often."""


def write_picture(counted: CorpusCounts, out: Path, *, language: str = "vi") -> Path:
    """Write the page in UTF-8, in place of one that is there; gives ``out``.

    Raises:
        OutputError: it cannot be written there, or there is no such language.
    """
    page = picture(counted, language=language)
    partial = out.with_name(f".{out.name}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(page, encoding="utf-8")
        os.replace(partial, out)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise OutputError(f"{out}: cannot be written ({error.strerror or error}); name a file in a folder that can") from error
    return out


def picture(counted: CorpusCounts, *, language: str = "vi", labels: Mapping[str, str] | None = None) -> str:
    """The page as HTML.

    Args:
        counted: what :func:`annotations.corpus_counts.counts` gives.
        language: ``vi`` or ``en``.
        labels: indicator code to what it is called; by default those of seeds/indicators.toml.
    """
    if language not in LANGUAGES:
        raise OutputError(f"language {language!r}; allowed are {', '.join(LANGUAGES)}")
    names = indicator_labels(language) if labels is None else labels
    words = _WORDS[language]
    title = escape(words["title"])
    parts = "".join(_parts(counted, names, language))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="{language}"><head>{head}</head>\n<body>{_top(counted, words, language)}<div class="parts">{parts}</div></body></html>\n'


def _top(counted: CorpusCounts, words: Mapping[str, str], language: str) -> str:
    lead = words["lead"].format(articles=_number(counted.articles.total, language), achievements=_number(counted.achievements.total, language))
    legend = "".join(f'<span><i class="{kind}"></i>{escape(words[name])}</span>' for kind, name in (("w", "written"), ("r", "real")))
    return f'<div class="top"><h1>{escape(words["title"])}</h1><p>{escape(lead)}</p><p class="legend quiet">{legend}</p><p class="quiet">{escape(words["figures"])}</p></div>\n'


def _parts(counted: CorpusCounts, names: Mapping[str, str], language: str) -> Iterator[str]:
    words = _WORDS[language]
    yield _codes(counted, names, language)
    held = Tally(counted.articles.written - counted.empty.written, counted.articles.real - counted.empty.real)
    yield _section(words["articles"], _bars([(words["with"], "", held), (words["empty"], "", counted.empty)], language))
    kinds = [(LABELS[language][f"kind.{kind}"], "", counted.kinds.get(str(kind), Tally())) for kind in Kind]
    yield _section(words["kinds"], _bars(kinds, language))
    forms = [(words[form], "", counted.forms.get(form, Tally())) for form in FORMS]
    note = words["forms_note"].format(count=_number(counted.textless_achievements.total, language))
    yield _section(words["forms"], _bars(forms, language), note)
    yield _section(words["years"], _bars(_years(counted, words), language))
    note = words["lengths_note"].format(count=_number(counted.textless.total, language))
    yield _section(words["lengths"], _bars(_lengths(counted, language), language), note if counted.textless.total else "")


def _codes(counted: CorpusCounts, names: Mapping[str, str], language: str) -> str:
    """Most frequent first, so that what is lacking stands together at the end; codes that are in no catalogue are shown too."""
    words = _WORDS[language]
    order = sorted({*names, *counted.codes}, key=lambda code: (-counted.codes.get(code, Tally()).total, code))
    few = [code for code in order if counted.codes.get(code, Tally()).total < ENOUGH]
    told = words["lack"].format(least=ENOUGH, names=", ".join(names.get(code, code) for code in few)) if few else words["lack_none"].format(least=ENOUGH)
    rows = [(names.get(code, code), code, counted.codes.get(code, Tally())) for code in order]
    said = f'<p class="{"lack" if few else "quiet"}">{escape(told)}</p>'
    return _section(words["codes"], said + _bars(rows, language, few=frozenset(few)), tall=True)


def _years(counted: CorpusCounts, words: Mapping[str, str]) -> list[_Row]:
    years = sorted((key for key in counted.years if key not in (UNDATED, UNKNOWN)), key=int)
    return [(year, "", counted.years[year]) for year in years] + [(words[key], "", counted.years.get(key, Tally())) for key in (UNKNOWN, UNDATED)]


def _lengths(counted: CorpusCounts, language: str) -> list[_Row]:
    words, rows = _WORDS[language], list[_Row]()
    for low, high in zip(LENGTHS, (*LENGTHS[1:], None), strict=True):
        said = words["from"].format(low=_number(low, language)) if high is None else words["between"].format(low=_number(low, language), high=_number(high - 1, language))
        rows.append((said, "", counted.lengths.get(str(low), Tally())))
    return rows


def _section(title: str, content: str, note: str = "", *, tall: bool = False) -> str:
    said = f'<p class="quiet">{escape(note)}</p>' if note else ""
    place = ' class="tall"' if tall else ""
    return f"<section{place}><h2>{escape(title)}</h2>{content}{said}</section>\n"


def _bars(rows: Sequence[_Row], language: str, few: frozenset[str] = frozenset()) -> str:
    """A table, so that it can be read aloud and copied: what, a bar in proportion to the longest, the numbers."""
    most = _longest([tally.total for _, _, tally in rows])
    if not rows:
        return f'<p class="quiet">{escape(_WORDS[language]["none"])}</p>'
    return "<table>" + "".join(_bar(row, most, language, row[1] in few) for row in rows) + "</table>"


def _longest(totals: Sequence[int]) -> int:
    """What fills a row. A bar twice as long as the next is drawn broken, so that it does not make all others too small to compare."""
    first, second = (*sorted(totals, reverse=True), 0, 0)[:2]
    return first if len(totals) < _MANY or first <= 2 * second else max(second * 5 // 4, 1)


def _bar(row: _Row, most: int, language: str, few: bool) -> str:
    name, code, tally = row
    said = f"<b>{escape(_WORDS[language]['lacking'])}</b>" if few else ""
    under = f"<code>{escape(code)}</code>" if code else ""
    full = max(most, tally.total)
    parts = "".join(f'<i class="{kind}" style="width:{100 * count / full:.2f}%"></i>' for kind, count in (("w", tally.written), ("r", tally.real)) if count)
    numbers = f"{_number(tally.written, language)} + {_number(tally.real, language)}"
    row_class, bar = ' class="few"' if few else "", "bar cut" if tally.total > most else "bar"
    return f'<tr{row_class}><th scope="row">{escape(name)}{said}{under}</th><td><div class="{bar}" aria-hidden="true">{parts}</div></td><td class="n">{numbers}</td></tr>'


def _number(value: int, language: str) -> str:
    return number_text(Decimal(value), language)
