"""A benchmark as tables for the terminal, as lines that say how to read them, and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from evaluate.benchmark_profile import Profile
from evaluate.benchmark_results import Benchmark, Measured, Spread
from model.errors import OutputError

COLUMNS = ("", "sentences/s", "words/s", "articles/s", "first result, cold s", "warm s", "peak MB", "ours is faster by")
STAGE_COLUMNS = ("stage", "seconds", "share")
BEGIN, END = "<!-- figures: written by `thanhtich benchmark --markdown` -->", "<!-- end of figures -->"
MILLION = 1e6
BUSY = 0.3
"""Programs at work for each core before the start, above which the figures are not for quoting."""


def table(result: Benchmark) -> Table:
    """Everyone measured, a row each."""
    return _table(COLUMNS, rows(result))


def rows(result: Benchmark) -> list[tuple[str, ...]]:
    """The cells of :data:`COLUMNS`; middle of the repeats, and least to greatest where they spread."""
    return [_row(one, None if one is result.ours else result.ratio(one)) for one in (result.ours, *result.rivals)]


def _row(one: Measured, ratio: Spread | None) -> tuple[str, ...]:
    if one.skipped:
        return (one.title, "skipped", *[""] * (len(COLUMNS) - 2))
    peak = "" if one.peak_bytes is None else f"{one.peak_bytes / MILLION:,.0f}"
    rates = (figure(one.sentences), figure(one.words), figure(one.articles))
    return (one.title, *rates, figure(one.first_cold), figure(one.first_warm), peak, f"{figure(ratio)} times" if ratio else "")


def figure(found: Spread | None) -> str:
    """The middle, and in brackets the least and the greatest.

    >>> figure(Spread(1.0, 2.0, 1234.0)), figure(Spread(0.51, 0.51, 0.51)), figure(None)
    ('2.0 (1.0..1,234)', '0.51', '')
    """
    if found is None:
        return ""
    low, middle, high = map(number, (found.low, found.middle, found.high))
    return middle if low == high else f"{middle} ({low}..{high})"


def number(value: float) -> str:
    """Two digits that count, or the whole number.

    >>> [number(value) for value in (0.0123, 1.27, 31.4, 1234.5)]
    ['0.012', '1.3', '31', '1,234']
    """
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def some(count: int, what: str) -> str:
    """A number with its noun.

    >>> some(1, "core"), some(2000, "core")
    ('1 core', '2,000 cores')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def stage_table(profile: Profile) -> Table:
    """Where the time of ours went."""
    return _table(STAGE_COLUMNS, stage_rows(profile))


def stage_rows(profile: Profile) -> list[tuple[str, ...]]:
    """The cells of :data:`STAGE_COLUMNS`; the stages add up to the last row."""
    shares = profile.shares()
    found = [(name, f"{seconds:.2f}", f"{shares[name]:.1%}") for name, seconds in profile.stages.items()]
    return [*found, ("all", f"{profile.seconds:.2f}", f"{sum(shares.values()):.1%}")]


def _table(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> Table:
    made = Table(box=None)
    for place, column in enumerate(columns):
        made.add_column(column, justify="left" if place == 0 else "right", overflow="fold")
    for row in cells:
        made.add_row(*map(Text, row))
    return made


def notes(result: Benchmark) -> list[str]:
    """On what it was measured and how the figures are to be read, a line each."""
    machine, data, total = result.machine, result.data, result.data.total
    versions = ", ".join(f"{name} {found}" for name, found in machine.versions.items())
    failed = f" ({data.failed} more could not be read)" if data.failed else ""
    counts = ", ".join([some(total.articles, "article") + failed, some(total.sentences, "sentence"), some(total.words, "word")])
    lines = [
        f"{machine.processor}, {some(machine.cores, 'core')}, {machine.system}; everyone with {some(result.threads, 'thread')}; {versions}",
        f"{counts}, {some(data.characters, 'character')}, digest {data.digest[:12]}",
        f"{result.date}, model {result.model}, {some(result.repeats, 'turn')}, rivals {result.seconds:g} s each: {result.command}",
        "Ours reads files, splits and tags them, links, works out values and writes records, over all articles; rivals get sentences ready and only tag them.",
        "Rivals' weights are random: their speed is that of trained ones, and first results count making the weights instead of reading them.",
        "Cold counts starting Python and loading everything, from files that the system has read before. Words are syllables, numbers and signs.",
    ]
    if machine.load > BUSY:
        lines.append(f"NOT FOR QUOTING: {machine.load:.1f} programs were at work for each core before the start; measure again on a quiet machine")
    for one in (result.ours, *result.rivals):
        if one.skipped:
            lines.append(f"skipped, {one.title}: {one.skipped}")
        elif one.runs[0].note:
            lines.append(f"{one.title}: {one.runs[0].note}")
    return lines


def profile_notes(profile: Profile) -> list[str]:
    """What the encoder had to do, and how far it is from the least that this needs."""
    rates = ", ".join(f"{kind} {rate / 1e9:,.0f}" for kind, rate in profile.rates.items())
    encoder = profile.stages["encoder"]
    away = f"; it took {encoder:.2f} s, {encoder / profile.floor:.1f} times that" if profile.floor else ""
    return [
        f"In one thread; without timers the same took {profile.plain:.2f} s.",
        f"The encoder read {profile.windows} windows, {profile.subwords} subwords: {profile.multiply_adds / 1e9:,.1f} billion multiply-adds.",
        f"Best rates of one matrix product in ONNX Runtime on the processor, billion multiply-adds a second: {rates}.",
        f"Floor of the encoder at the best of these rates of few bits: {profile.floor:.2f} s{away}.",
    ]


def markdown(result: Benchmark) -> str:
    """Tables and notes between two marks, as docs/speed.md holds them."""
    parts = [_markdown(COLUMNS, rows(result)), _listed(notes(result))]
    if result.profile:
        parts += [_markdown(STAGE_COLUMNS, stage_rows(result.profile)), _listed(profile_notes(result.profile))]
    return "\n\n".join([BEGIN, *parts, END])


def _markdown(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def check_markdown(path: Path | None) -> None:
    """Say before measuring that a page has no place for the figures.

    Raises:
        OutputError: it is there, and holds something else or cannot be read.
    """
    if path is not None and path.exists():
        _around(path)


def write_markdown(result: Benchmark, path: Path) -> None:
    """Put the figures into a page, between its two marks; a page that is not there is made.

    Raises:
        OutputError: the page has no such marks.
    """
    before, after = _around(path) if path.exists() else ("", "\n")
    path.write_text(before + markdown(result) + after, encoding="utf-8")


def _around(path: Path) -> tuple[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{path}: cannot be read ({error}); name a page with the marks {BEGIN} and {END}, or a new file") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise OutputError(f"{path}: has no place for the figures; put the lines {BEGIN} and {END} where they belong, or name a new file")
    return before, after
