"""A learning curve as one SVG: F1 of whole records against achievements learned from, a line for each source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from training.curve import SOURCES, Point

WIDTH, HEIGHT, LEFT, TOP, GAP = 760, 300, 52, 34, 70
"""Of the picture in pixels; each of its two panels is as wide as what the gap leaves."""
PANEL = (WIDTH - 2 * LEFT - GAP) / 2
BOTTOM = HEIGHT - 46
_COLOURS = {"written": "#0b6e99", "real": "#b3541e", "both": "#4d7c0f"}
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1f2933}.grid{stroke:#cbd2d9}.title{font-weight:600}"
    "@media(prefers-color-scheme:dark){text{fill:#e4e7eb}.grid{stroke:#52606d}}"
)


def draw(points: Sequence[Point]) -> str:
    """The picture: left the corpus's test split, right the gold file where one was scored.

    Args:
        points: in any order; those without altered copies beside others with them are drawn hollow.
    """
    panels = [_panel(points, LEFT, "corpus, test split", lambda p: p.test_exact)]
    if any(point.gold_exact is not None for point in points):
        panels.append(_panel(points, LEFT + PANEL + GAP, "gold file", lambda p: p.gold_exact))
    legend = "".join(
        f'<circle cx="{LEFT + 90 * i + 6}" cy="{HEIGHT - 8}" r="4" fill="{colour}"/><text x="{LEFT + 90 * i + 15}" y="{HEIGHT - 4}">{name}</text>'
        for i, (name, colour) in enumerate(_COLOURS.items())
    )
    hollow = f'<text x="{LEFT + 290}" y="{HEIGHT - 4}">hollow: without altered copies</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="learning curve">'
        f"<style>{_STYLE}</style>{''.join(panels)}{legend}{hollow}</svg>\n"
    )


def _panel(points: Sequence[Point], left: float, title: str, figure: Callable[[Point], float | None]) -> str:
    most = max((point.achievements for point in points), default=1) or 1
    top = max((figure(point) or 0.0 for point in points), default=0.0) * 1.15 or 1.0

    def place(point: Point) -> tuple[float, float]:
        return left + PANEL * point.achievements / most, BOTTOM - (BOTTOM - TOP) * (figure(point) or 0.0) / top

    lines = [f'<text class="title" x="{left}" y="{TOP - 16}">{escape(title)}: exact F1</text>']
    for step in range(5):
        y = BOTTOM - (BOTTOM - TOP) * step / 4
        lines.append(f'<line class="grid" x1="{left}" x2="{left + PANEL}" y1="{y:.1f}" y2="{y:.1f}"/><text x="{left - 34}" y="{y + 4:.1f}">{top * step / 4:.2f}</text>')
    lines += [f'<text x="{left + PANEL * part - 14:.1f}" y="{BOTTOM + 17}">{round(most * part)}</text>' for part in (0.0, 0.5, 1.0)]
    copies = max((point.copies for point in points), default=0)
    for name in SOURCES:
        own = sorted((p for p in points if p.sources == name and figure(p) is not None), key=lambda p: p.achievements)
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(p) for p in own if p.copies == copies))
        lines.append(f'<polyline points="{path}" fill="none" stroke="{_COLOURS[name]}" stroke-width="2"/>')
        lines += [_dot(*place(p), _COLOURS[name], p, figure(p) or 0.0, hollow=p.copies != copies) for p in own]
    return "".join(lines)


def _dot(x: float, y: float, colour: str, point: Point, value: float, *, hollow: bool) -> str:
    said = f"{point.sources}, {point.articles} articles, {point.achievements} achievements: {value:.3f}"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" stroke="{colour}" stroke-width="2" fill="{"none" if hollow else colour}"><title>{escape(said)}</title></circle>'
