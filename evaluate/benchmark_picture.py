"""A benchmark as one SVG: sentences a second as bars, with a line from the least to the greatest of the repeats."""

from __future__ import annotations

from html import escape

from evaluate.benchmark_results import Benchmark, Measured, Spread
from evaluate.benchmark_tables import figure

WIDTH, LEFT, RIGHT, TOP, BAR, GAP = 900, 12, 300, 48, 18, 26
"""Of the picture in pixels; each bar has its title above it, and its figures to the right."""
LENGTH = WIDTH - LEFT - RIGHT
_OURS, _RIVAL = "#0b6e99", "#8795a1"
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1f2933}.title{font-weight:600}.spread{stroke:#1f2933;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){text{fill:#e4e7eb}.spread{stroke:#e4e7eb}}"
)


def draw(result: Benchmark) -> str:
    """The picture; who was skipped is left out of it, and named in the table."""
    shown = [(one, found) for one in (result.ours, *result.rivals) if (found := one.sentences)]
    most = max((found.high for _, found in shown), default=0.0) or 1.0
    bars = "".join(_bar(result, one, found, place, most) for place, (one, found) in enumerate(shown))
    height = TOP + len(shown) * (BAR + GAP)
    said = f"{result.machine.processor}, {result.threads} threads; {result.data.total.sentences} sentences, {result.date[:10]}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="sentences a second"><style>{_STYLE}</style>'
        f'<text class="title" x="{LEFT}" y="18">sentences a second, more is better</text><text x="{LEFT + 260}" y="18">{escape(said)}</text>{bars}</svg>\n'
    )


def _bar(result: Benchmark, one: Measured, found: Spread, place: int, most: float) -> str:
    y = TOP + place * (BAR + GAP)
    low, middle, high = (LENGTH * value / most for value in (found.low, found.middle, found.high))
    ratio = None if one is result.ours else result.ratio(one)
    said = f"{figure(found)}" + (f"; ours {figure(ratio)} times" if ratio else "")
    middle_y = y + BAR / 2
    return (
        f'<text x="{LEFT}" y="{y - 4}">{escape(one.title)}</text>'
        f'<rect x="{LEFT}" y="{y}" width="{middle:.1f}" height="{BAR}" fill="{_OURS if one is result.ours else _RIVAL}"><title>{escape(said)}</title></rect>'
        f'<line class="spread" x1="{LEFT + low:.1f}" x2="{LEFT + high:.1f}" y1="{middle_y}" y2="{middle_y}"/>'
        f'<text x="{LEFT + high + 6:.1f}" y="{y + BAR - 5}">{escape(said)}</text>'
    )
