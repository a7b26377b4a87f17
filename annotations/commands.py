"""The commands under ``thanhtich annotations``: what the corpus holds, checked, counted, compared, converted, added to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from model.console import SOME_FAILED, ModelOption, counted, progress_bar, said, wide_console
from model.errors import ThanhtichError

app = typer.Typer(help="The corpus: check it, count it, add annotations of real texts.\n\nExample: thanhtich annotations check mine/", no_args_is_help=True, rich_markup_mode=None)


@app.command("check")
def check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of marked articles, or one with train, dev and test; by default the project's corpus.")] = None,
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles, to check the standoff annotations too.")] = None,
) -> None:
    """Check every annotation: format, offsets, links, values, doubles across splits. Exit code 2 where something is found.

    Example: thanhtich annotations check --texts news.jsonl
    """
    from annotations.check import check_all

    findings, seen = check_all(folder, texts)
    for finding in findings:
        print(f"{finding.place}: {finding.reason}")
    said.print(f"{counted(seen, 'article')} checked, {counted(len(findings), 'finding')}")
    if findings:
        raise typer.Exit(2)


@app.command("stats")
def stats(
    drawn: Annotated[Path | None, typer.Option("--picture", help="Write a page that shows what the corpus holds and lacks.")] = None,
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles, for the page: without them their lengths and inheritance are left out.")] = None,
    language: Annotated[str, typer.Option(help="The page's labels in vi or en.")] = "vi",
) -> None:
    """Count what the corpus holds, by source and split.

    Example: thanhtich annotations stats --picture corpus.html --language en
    """
    from annotations.check import count_all

    table = Table("source", "split", "articles", "without any", "achievements", *_types(), box=None)
    for row in count_all():
        table.add_row(*map(str, row))
    wide_console().print(table)
    if drawn is not None:
        _draw_corpus(drawn, texts, language)


def _draw_corpus(page: Path, texts: Path | None, language: str) -> None:
    from annotations.corpus_counts import counts, without_text
    from annotations.picture import write_picture
    from annotations.store import SPLITS, read_corpus, read_standoff, read_texts, standoff_rows

    joined = read_standoff(read_texts(texts)) if texts is not None else ([without_text(row) for row in standoff_rows()], [])
    real, findings = joined
    for finding in findings:
        said.print(f"{finding.place}: {finding.reason}", markup=False)
    counted = counts((article for split in SPLITS for article in read_corpus(split)[0]), real)
    said.print(f"open {write_picture(counted, page, language=language)}", markup=False)


@app.command("suggest")
def suggest(
    inputs: Annotated[list[str], typer.Argument(help="Articles to choose from, as for `thanhtich extract`.")],
    number: Annotated[int, typer.Option("-n", min=1, help="How many to suggest.")] = 10,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the suggested articles, marked as the model reads them, for annotators to mend.")] = None,
    to: Annotated[str, typer.Option(help="Their format: marked, brat, doccano or label-studio.")] = "label-studio",
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles already annotated, so that the like of them is not suggested.")] = None,
    model: ModelOption = None,
) -> None:
    """Choose the articles most worth annotating next: where the model doubts, where figures disagree, where words are new.

    Example: thanhtich annotations suggest news/ -n 20 -o next.json --to label-studio
    """
    from annotations.convert import Format
    from annotations.predicted import WRITABLE, write_predicted
    from annotations.suggest import read_known, suggest
    from annotations.suggest_tables import legend, notes, table
    from model.articles import read_articles
    from model.runtime import Extractor

    form = _choice(to, Format, WRITABLE)
    if output is not None and output.exists():
        raise ThanhtichError(f"{output}: exists; name a new file or folder, so that no annotation is lost")
    # The confidence floor would hide exactly the records that the model doubts.
    extractor = Extractor.load(model, min_confidence=0)
    with progress_bar("articles") as advance:
        found = suggest(read_articles(inputs), extractor, number, read_known(texts), advance=advance)
    wide_console().print(table(found))
    for line in (*legend(), *notes(found)):
        said.print(line, markup=False)
    failed = bool(found.failed)
    if output is not None and found.chosen:
        done = write_predicted([one.found for one in found.chosen], output, form)
        for line in (*(f"{finding.place}: {finding.reason}" for finding in done.findings), *done.losses.lines()):
            said.print(line, markup=False)
        said.print(f"{counted(done.written, 'document')} -> {done.target}", markup=False)
        failed = failed or bool(done.findings)
    if failed:
        raise typer.Exit(SOME_FAILED)


@app.command("add")
def add(
    parts: Annotated[list[Path], typer.Argument(help="Part files (annotations/markup.py), or folders of them.")],
    texts: Annotated[Path, typer.Option(help="The real articles that the part files mark.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The standoff file to write.")],
) -> None:
    """Turn marked lines of real articles into standoff annotations: offsets and a digest, none of the text.

    Example: thanhtich annotations add parts/ --texts news.jsonl -o annotations/standoff/mine.jsonl
    """
    from annotations.parts import read_parts
    from annotations.store import read_texts, write_standoff

    if output.exists():
        raise ThanhtichError(f"{output}: exists; name a new file, so that no annotation is lost")
    files = [file for part in parts for file in (sorted(part.glob("*.txt")) if part.is_dir() else [part])]
    if not files:
        raise ThanhtichError(f"{', '.join(map(str, parts))}: no part files there; they end in .txt and begin with `doc: ID`")
    rows, findings = read_parts(files, read_texts(texts))
    for finding in findings:
        said.print(f"{finding.place}: {finding.reason}")
    said.print(f"{counted(write_standoff(rows, output), 'document')} -> {output}")
    if findings:
        raise typer.Exit(SOME_FAILED)


@app.command("agree")
def agree(
    first: Annotated[Path, typer.Argument(help="One annotation: a folder or file of any format that `convert` reads.")],
    second: Annotated[Path, typer.Argument(help="The other, of the same articles.")],
    texts: Annotated[Path | None, typer.Option(help="The articles' texts, for annotations that hold none.")] = None,
    disagreements: Annotated[int, typer.Option(min=0, help="How many places to settle are listed.")] = 40,
    json_output: Annotated[Path | None, typer.Option("--json", help="Write the figures and every disagreement here too.")] = None,
) -> None:
    """Compare two annotations of the same articles: F1 of spans, relations and achievements, kappa of kinds and codes, equal values.

    Example: thanhtich annotations agree parts/an parts/binh --texts news.jsonl
    """
    import json

    from annotations.agreement import agree
    from annotations.agreement_tables import disagreement_table, notes, row, tables
    from annotations.convert import read_annotations
    from annotations.store import read_texts

    known = read_texts(texts) if texts is not None else None
    sides = [read_annotations(side, texts=known) for side in (first, second)]
    for finding in (finding for side in sides for finding in side.findings):
        said.print(f"{finding.place}: {finding.reason}", markup=False)
    agreement = agree(sides[0].articles, sides[1].articles)
    for table in (*tables(agreement), *([disagreement_table(agreement, disagreements)] if disagreements else [])):
        wide_console().print(table)
    for line in notes(agreement):
        print(line)
    if json_output:
        json_output.write_text(json.dumps(row(agreement), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if any(side.findings for side in sides):
        raise typer.Exit(SOME_FAILED)


@app.command("convert")
def convert(
    source: Annotated[Path, typer.Argument(help="Annotations: a folder or a file.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="What to write; it must not be there yet. marked and brat write a folder.")],
    to: Annotated[str, typer.Option(help="marked, standoff, brat, doccano, label-studio or iob.")],
    source_format: Annotated[str | None, typer.Option("--from", help="What the source is, where that cannot be told from it.")] = None,
    texts: Annotated[Path | None, typer.Option(help="The articles' texts, for standoff, part files and exact IOB.")] = None,
    annotator: Annotated[str | None, typer.Option(help="Whose annotations to take, where a Label Studio file holds several people's.")] = None,
) -> None:
    """Turn annotations into the format of another tool, and back; says what the format could not hold.

    Example: thanhtich annotations convert annotations/corpus/dev -o dev.json --to label-studio

    Example: thanhtich annotations convert export.jsonl -o mine --to marked
    """
    from annotations.convert import Format, convert
    from annotations.store import read_texts

    formats = [_choice(name, Format) if name else None for name in (to, source_format)]
    assert formats[0] is not None, "typer requires --to"
    known = read_texts(texts) if texts is not None else None
    done = convert(source, output, formats[0], source_format=formats[1], texts=known, annotator=annotator)
    for line in (*(f"{finding.place}: {finding.reason}" for finding in done.findings), *done.losses.lines()):
        said.print(line, markup=False)
    nothing = "nothing was written: mend what is named above, and convert again"
    said.print(f"{counted(done.written, 'document')} -> {done.target}" if done.target.exists() else nothing, markup=False)
    if done.findings:
        raise typer.Exit(SOME_FAILED)


@app.command("labelling")
def labelling() -> None:
    """Print the labelling configuration of a Label Studio project for these annotations.

    Example: thanhtich annotations labelling > label-studio.xml
    """
    from annotations.label_studio import labelling
    from annotations.store import indicator_codes

    print(labelling(indicator_codes()))


def _choice(name: str, options: Any, allowed: Sequence[Any] | None = None) -> Any:
    """The member of an enumeration that a person named, of all or of those allowed."""
    choices = list(allowed if allowed is not None else options)
    if name not in choices:
        raise ThanhtichError(f"no format {name!r} here; allowed are {', '.join(map(str, choices))}")
    return options(name)


def _types() -> Sequence[str]:
    from model.schema import EntityType

    return tuple(EntityType)
