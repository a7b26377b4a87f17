"""Small line charts as numbers for the page's SVG: every coordinate is worked out here."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluate.reliability import Bin, Kept
from model.errors import ThanhtichError

WIDTH, HEIGHT = 360, 250
LEFT, RIGHT, TOP, BOTTOM = 42, 12, 12, 36


@dataclass(frozen=True, slots=True)
class Dot:
    """A point in the drawing, how large, and what it says of itself."""

    x: float
    y: float
    size: float
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """``look`` chooses colour and dash in the style sheet; ``path`` is an SVG points list."""

    label: str
    look: str
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of :data:`WIDTH` by :data:`HEIGHT`; ticks are (place, label)."""

    title: str
    x_label: str
    y_label: str
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]


def across(value: float, most: float = 1.0) -> float:
    """A value from 0 to ``most`` as a place from left to right."""
    return round(LEFT + value / most * (WIDTH - LEFT - RIGHT), 1)


def up(value: float) -> float:
    """A share as a place from bottom to top."""
    return round(HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM), 1)


SHARE_TICKS = tuple(step / 4 for step in range(5))


def reliability_chart(before: Sequence[Bin], after: Sequence[Bin]) -> Chart:
    """Mean confidence against the share that is right; a dot is as large as its bin. On the dashed line a confidence keeps its promise."""
    biggest = max((b.records for b in (*before, *after)), default=1)
    lines = [Line("kept promise", "even", f"{across(0)},{up(0)} {across(1)},{up(1)}", ())]
    for label, look, bins in (("before calibration", "before", before), ("after calibration", "after", after)):
        dots = tuple(_bin_dot(b, biggest) for b in bins)
        if dots:
            lines.append(Line(label, look, " ".join(f"{d.x},{d.y}" for d in dots), dots))
    return _shares("Reliability", "mean confidence", "right", tuple(lines))


def _bin_dot(b: Bin, biggest: int) -> Dot:
    title = f"{b.records} records from {b.low:.1f} to {b.high:.1f}: mean confidence {b.confidence:.2f}, right {b.right:.2f}"
    return Dot(across(b.confidence), up(b.right), round(2 + 5 * (b.records / biggest) ** 0.5, 1), title)


def coverage_chart(points: Sequence[Kept]) -> Chart:
    """Precision of what is kept against the share that is kept."""
    path = " ".join(f"{across(p.coverage)},{up(p.precision)}" for p in points)
    goal = Line("95 %", "even", f"{across(0)},{up(0.95)} {across(1)},{up(0.95)}", ())
    return _shares("Precision against coverage", "share of records kept", "of those right", (goal, Line("precision", "after", path, ())))


def _shares(title: str, x_label: str, y_label: str, lines: tuple[Line, ...]) -> Chart:
    ticks = tuple(f"{value:g}" for value in SHARE_TICKS)
    return Chart(title, x_label, y_label, tuple(zip(map(across, SHARE_TICKS), ticks, strict=True)), tuple(zip(map(up, SHARE_TICKS), ticks, strict=True)), lines)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One training of a learning curve: F1 of whole records and of anchors on two tests, None where one was not taken."""

    label: str
    share: float
    articles: int
    scores: dict[str, float | None]


CURVE_SCORES = ("test_exact", "test_anchor", "gold_exact", "gold_anchor")


def read_curve(path: Path) -> list[CurvePoint]:
    """The points of a learning curve, as `thanhtich curve` writes them.

    Raises:
        ThanhtichError: the file cannot be read or holds something else.
    """
    try:
        return [_curve_point(row) for row in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        found = f"{path}: holds no learning curve ({type(error).__name__}: {error})"
        raise ThanhtichError(f"{found}; it is a list of points with sources, share, articles and {', '.join(CURVE_SCORES)}") from error


def _curve_point(row: dict[str, Any]) -> CurvePoint:
    label = str(row["sources"]) + (", no altered copies" if row.get("copies") == 0 else "")
    scores = {name: None if row.get(name) is None else float(row[name]) for name in CURVE_SCORES}
    return CurvePoint(label, float(row["share"]), int(row["articles"]), scores)


def curve_charts(points: Sequence[CurvePoint]) -> list[Chart]:
    """A chart for each test that was taken: F1 against the number of articles, a line for each source and measure."""
    made = []
    for test, title in (("test", "corpus, test split"), ("gold", "gold file")):
        lines = [line for measure in ("exact", "anchor") for line in _curve_lines(points, f"{test}_{measure}", measure)]
        if lines:
            made.append(_curve_chart(title, max(p.articles for p in points) or 1, tuple(lines)))
    return made


def _curve_lines(points: Sequence[CurvePoint], name: str, measure: str) -> list[Line]:
    groups: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for point in points:
        if (score := point.scores[name]) is not None:
            groups[point.label].append((point.articles, score, point.share))
    most = max((point.articles for point in points), default=1) or 1
    made = []
    for number, (label, group) in enumerate(sorted(groups.items())):
        dots = tuple(Dot(across(n, most), up(s), 3, f"{label}, {share:.0%}, {n} articles: {measure} F1 {s:.3f}") for n, s, share in sorted(group))
        made.append(Line(f"{label}, {measure}", f"line{number % 4} {measure}", " ".join(f"{d.x},{d.y}" for d in dots), dots))
    return made


def _curve_chart(title: str, most: int, lines: tuple[Line, ...]) -> Chart:
    x_ticks = tuple((across(share), str(round(share * most))) for share in SHARE_TICKS)
    y_ticks = tuple((up(share), f"{share:g}") for share in SHARE_TICKS)
    return Chart(title, "articles learned from", "F1", x_ticks, y_ticks, lines)
