"""The commands that run a model: articles to records, tags, a service, a page, tables, answers."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.console import SOME_FAILED, ModelOption, counted, needs, progress_bar, said, silence
from model.errors import ThanhtichError

app = typer.Typer()


@app.command()
def extract(
    inputs: Annotated[list[str], typer.Argument(help="Articles: .txt .html .jsonl .csv .parquet (packed too: .gz .xz .zst), folders of them, or - for standard input.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the records go, as JSON lines; - for standard output.")] = Path("records.jsonl"),
    model: ModelOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a cut-off run stopped; on a finished output, do only new and changed articles.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad article instead of noting it and going on.")] = False,
    text_column: Annotated[str, typer.Option(help="Column or key that holds the article's text.")] = "text",
    id_column: Annotated[str, typer.Option(help="Column or key that holds the article's id.")] = "id",
    published_column: Annotated[
        str | None, typer.Option(help="Column or key with the day of publication (2021-12-20, 20/12/2021), by which times like `năm nay` are read; else `published`.")
    ] = None,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Leave out records below this confidence; by default the model's own floor, 0 keeps all.")] = None,
    min_precision: Annotated[float | None, typer.Option(min=0.01, max=1, help="Keep only records so sure that this share of such was right on dev; says what it costs.")] = None,
    max_characters: Annotated[int, typer.Option(min=1, help="A longer article is refused; 300,000 characters take some two minutes.")] = 1_000_000,
    threads: Annotated[int, typer.Option(min=0, help="Processor threads; 0 takes all cores, with --engine ray one for each reader.")] = 0,
    device: Annotated[str, typer.Option(help="cpu; openvino, faster on it (extra `openvino`, docs/speed.md); cuda (docs/cluster.md); auto: the best of them here.")] = "cpu",
    engine: Annotated[str, typer.Option(help="local, or ray: many readers on this machine or a cluster (extra `ray`, docs/cluster.md).")] = "local",
    address: Annotated[str | None, typer.Option(help="With --engine ray: a running cluster, as auto or HOST:PORT; without it a cluster of this machine alone.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="With --engine ray: how many readers; by default as many as there is room for.")] = None,
) -> None:
    """Extract achievement records from articles.

    Writes OUTPUT (one record a line, model/record.schema.json), and beside it OUTPUT's name with .articles.jsonl (texts and
    entities, for `thanhtich report`), .journal (for --resume) and, where articles gave nothing, .errors.jsonl. They replace older
    ones only when all is done; until then the work lies in a hidden folder beside them, from which --resume goes on after a kill.

    Exit codes: 0 all done; 2 the input is at fault; 3 done, but some articles gave nothing: OUTPUT's .errors.jsonl says why.

    Example: thanhtich extract seeds/articles news.jsonl.zst -o records.jsonl

    Example: thanhtich extract news/ -o records.jsonl --resume

    Example: zcat news.jsonl.gz | thanhtich extract - -o - > records.jsonl

    Example: thanhtich extract archive/ -o records.jsonl --resume --engine ray --address auto --jobs 16
    """
    from model.articles import read_articles
    from model.store import Outputs, refuse_over

    piped = str(output) == "-"
    if piped and resume:
        raise ThanhtichError("--resume needs an output file: what went to standard output cannot be known; give one with -o, or leave out --resume")
    outputs, others = Outputs(output), Counter[str]()
    if not piped:
        _check_ending(output)
        refuse_over(inputs, outputs.files)
    found = read_articles(
        inputs,
        text_column=text_column,
        id_column=id_column,
        published_column=published_column,
        max_characters=max_characters,
        leave_out=() if piped else outputs.files,
        on_other=lambda path: others.update([path.suffix.lower() or "no ending"]),
    )
    if min_precision is not None:
        min_confidence = _floor(model, min_precision, min_confidence)
    with _extractor(engine, model, device, threads, min_confidence, address, jobs) as extractor:
        summary = _extract_piped(extractor, found, strict) if piped else _extract_batch(extractor, found, outputs, resume, strict, min_confidence)
    for line in _told(summary, others, None if piped else output, "above" if piped else str(outputs.errors)):
        said.print(line, markup=False)
    if summary.failed:
        raise typer.Exit(SOME_FAILED)


def _check_ending(output: Path) -> None:
    ending = output.suffix.lower()
    if ending in (".html", ".htm"):
        raise ThanhtichError(f"{output}: extract writes JSON lines; write records.jsonl, then `thanhtich report records.jsonl -o {output}`")
    if ending in (".csv", ".xlsx", ".parquet", ".duckdb"):
        raise ThanhtichError(f"{output}: extract writes JSON lines; write records.jsonl, then `thanhtich export records.jsonl -o {output}`")


def _told(summary: Any, others: Counter[str], output: Path | None, failures: str) -> Iterator[str]:
    """What a run says of itself at its end, a line each."""
    before = (f" ({counted(summary.kept, 'article')} done before)" if summary.kept else "") + (
        f" (in place of {counted(summary.replaced, 'record')} that stood there)" if summary.replaced else ""
    )
    yield f"{counted(summary.articles, 'article')}, {counted(summary.records, 'record')}{f' -> {output}' if output else ''}{before}"
    if summary.left_out:
        yield f"{counted(summary.left_out, 'record')} of low confidence left out; --min-confidence 0 keeps them"
    if summary.undated:
        yield f"{counted(summary.undated, 'article')} without a day of publication: times like `năm nay` have no dates there (README.md, Input)"
    if others:
        yield f"{counted(others.total(), 'file')} of other kinds not read ({', '.join(f'{ending}: {number}' for ending, number in others.most_common(8))})"
    if summary.failed:
        yield f"{counted(summary.failed, 'article')} could not be read: see {failures}"


@contextmanager
def _extractor(
    engine: str, model: Path | None, device: str, threads: int, min_confidence: float | None, address: str | None, jobs: int | None
) -> Iterator[Any]:
    """What reads the articles: one extractor here, or those of a cluster."""
    from model.runtime import Extractor, achievement_config

    if engine not in ("local", "ray"):
        raise ThanhtichError(f"no engine {engine!r}; allowed are local, ray")
    if engine == "local":
        if address is not None or jobs is not None:
            raise ThanhtichError("--address and --jobs are for --engine ray; give that too, or take --threads for more cores here")
        yield Extractor.load(model, threads=threads, min_confidence=min_confidence, device=device)
        return
    needs("ray", "pandas", "fsspec", "ray")
    from model.cluster import Workers, cluster

    with cluster(achievement_config(model), Workers(jobs or 0, threads or 1, device), address=address, min_confidence=min_confidence) as readers:
        yield readers


def _floor(model: Path | None, precision: float, given: float | None) -> float:
    from model.calibrate import read_calibration
    from model.runtime import achievement_config

    if given is not None:
        raise ThanhtichError("--min-precision chooses the confidence itself; leave out --min-confidence, or --min-precision")
    config = achievement_config(model)
    point = read_calibration(config.folder / config.parts.calibration).at_precision(precision)
    kept = f"keeps {point.coverage:.0%} of the records"
    said.print(f"confidence {point.threshold:g} and above: {point.precision:.3f} of {point.records} held-out dev records were right there; it {kept}")
    return point.threshold


def _extract_batch(extractor: Any, found: Any, outputs: Any, resume: bool, strict: bool, min_confidence: float | None) -> Any:
    from model.batch import Batch, run

    def discarded() -> None:
        said.print(f"{outputs.records}: a cut-off run is thrown away; --resume would go on with it", markup=False)

    # A GPU and OpenVINO round otherwise than ONNX Runtime on the processor: their records are not mixed by --resume.
    settings = (("min-confidence", str(min_confidence)), ("device", extractor.device))
    batch = Batch(resume=resume, strict=strict, settings=settings, on_discard=discarded)
    try:
        with progress_bar("articles") as advance:
            return run(extractor, found, outputs, batch, advance)
    except KeyboardInterrupt:
        said.print(f"thanhtich: stopped; {outputs.records} is as it was, what is done is kept: go on with --resume", markup=False)
        raise typer.Exit(130) from None


def _extract_piped(extractor: Any, found: Any, strict: bool) -> Any:
    from model.batch import to_stream

    try:
        return to_stream(extractor, found, sys.stdout.buffer, sys.stderr.buffer, strict=strict)
    except ThanhtichError:
        silence()
        raise


@app.command()
def tag(
    inputs: Annotated[list[str], typer.Argument(help="Articles, as for `thanhtich extract`.")],
    model: Annotated[Path, typer.Option("--model", help="A model folder that `thanhtich train --schema` wrote.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the entities go, a JSON line an article; - for standard output.")] = Path("entities.jsonl"),
    threads: Annotated[int, typer.Option(min=0, help="Processor threads; 0 takes all cores.")] = 0,
) -> None:
    """Mark articles with labels of your own: entities and relations of a model that `thanhtich train --schema` made.

    Exit codes: 0 all done; 2 the input is at fault; 3 done, but some articles could not be read.

    Example: thanhtich tag news/ --model runs/covid -o entities.jsonl
    """
    from model.articles import read_articles
    from model.label_output import write_labels
    from model.labeller import Labeller
    from model.store import refuse_over

    refuse_over(inputs, () if str(output) == "-" else (output,))
    labeller = Labeller.load(model, threads=threads)
    own = () if str(output) == "-" else (output,)
    with progress_bar("articles") as advance:
        done = write_labels(labeller, read_articles(inputs, leave_out=own), None if str(output) == "-" else output, sys.stdout.buffer, advance)
    for line in done.failed:
        said.print(line, markup=False)
    where = "" if str(output) == "-" else f" -> {output}"
    said.print(f"{counted(done.articles, 'article')}, {done.entities} entities, {counted(done.relations, 'relation')}{where}", markup=False)
    if done.failed:
        raise typer.Exit(SOME_FAILED)


@app.command()
def serve(
    model: ModelOption = None,
    host: Annotated[str, typer.Option(help="The address to listen on; any but this machine's own opens the service to others.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    allow_host: Annotated[list[str] | None, typer.Option(help="A further name that the service is asked by; may be given again.")] = None,
    max_bytes: Annotated[int, typer.Option(min=1, help="A longer request is refused.")] = 2_000_000,
    max_characters: Annotated[int, typer.Option(min=1, help="A longer article is refused; 300,000 characters take some two minutes.")] = 300_000,
    waiting: Annotated[int, typer.Option(min=0, help="Articles that may wait while one is read.")] = 8,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Leave out records below this confidence.")] = None,
    threads: Annotated[int, typer.Option(min=0, help="Processor threads; 0 takes all cores.")] = 0,
) -> None:
    """Serve a page to paste articles into, and POST /extract for programs, on this machine (extra `serve`).

    Example: thanhtich serve

    Example: curl -H 'Content-Type: text/plain' --data-binary @article.txt http://127.0.0.1:8000/extract
    """
    needs("fastapi", "uvicorn", "serve")
    from model.runtime import Extractor
    from model.service import Settings, address_of, create_app, exposed, listen, run

    listener = listen(host, port)
    if warning := exposed(listener):
        said.print(warning, markup=False)
    settings = Settings(max_bytes, max_characters, waiting, (host, *(allow_host or ())))
    service = create_app(Extractor.load(model, threads=threads, min_confidence=min_confidence), settings)
    said.print(f"open {address_of(listener)} (Ctrl+C stops)", markup=False)
    with suppress(KeyboardInterrupt):
        run(service, listener)


@app.command()
def report(
    records: Annotated[Path, typer.Argument(help="Records that `thanhtich extract` wrote.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The page; by default the records' name with .html.")] = None,
    language: Annotated[str, typer.Option(help="Labels in vi or en.")] = "vi",
    limit: Annotated[int | None, typer.Option(min=1, help="Show only this many articles.")] = None,
) -> None:
    """Make one page that shows each article with its entities highlighted and its records beside it.

    Example: thanhtich report records.jsonl -o records.html --language en
    """
    from model.page import render

    said.print(f"open {render(records, output or records.with_suffix('.html'), language=language, limit=limit)}")


@app.command()
def export(
    records: Annotated[Path, typer.Argument(help="Records that `thanhtich extract` wrote.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="table.xlsx, .csv, .parquet or .duckdb: the ending chooses the format.")],
    language: Annotated[str | None, typer.Option(help="Headings and codes in vi or en; without it vi in .xlsx, plain column keys in .csv.")] = None,
    page: Annotated[Path | None, typer.Option(help="The report page that rows of .xlsx lead to; by default the one beside the records, where it is.")] = None,
) -> None:
    """Turn records into a table: Excel, CSV, Parquet, or a DuckDB file that grows over runs.

    A DuckDB file is added to: an article read again replaces its records, and what was replaced stays in its table `history`.

    Example: thanhtich export records.jsonl -o records.xlsx --language vi --page records.html

    Example: thanhtich export records.jsonl -o all.duckdb && thanhtich query all.duckdb missed
    """
    from model.exports import export

    said.print(export(records, output, language=language, page=page), markup=False)


@app.command()
def query(
    database: Annotated[Path, typer.Argument(help="A .duckdb file that `thanhtich export` wrote.")],
    question: Annotated[str, typer.Argument(help="members, missed or conflicts.")],
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV instead of a table for the eye.")] = False,
    language: Annotated[str | None, typer.Option(help="Headings and values in vi or en; without it the plain column names, which programs want.")] = None,
) -> None:
    """Answer a question from a database of records; model/queries/QUESTION.sql says how.

    members: union members admitted by organisation and quarter, against target.
    missed: which organisations missed their target.
    conflicts: where articles disagree on the same organisation, indicator and period.

    Example: thanhtich query all.duckdb members --csv > members.csv

    Example: thanhtich query all.duckdb missed --language vi
    """
    from model.answer_words import in_words
    from model.database import query
    from model.tabular import plain, write_rows

    answer = in_words(query(database, question), language)
    if csv:
        write_rows(sys.stdout, answer.columns, answer.rows)
        return
    table = Table(*answer.columns, box=None)
    for row in answer.rows:
        table.add_row(*(Text(plain(value)) for value in row))
    # As wide as it must be: a dozen columns folded to a terminal's width cannot be read; `| less -S` can.
    Console(width=10_000, soft_wrap=True, highlight=False).print(table)
    said.print(counted(len(answer.rows), "row"))
