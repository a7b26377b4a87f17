"""The commands that say how good a model is, and how fast."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from model.console import ModelOption, needs, progress_bar, said, wide_console
from model.errors import ThanhtichError

app = typer.Typer()


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
    with progress_bar("articles") as advance:
        result = (
            evaluate_gold(extractor, gold, texts, advance, command=command) if gold and texts else evaluate_corpus(extractor, split, texts, advance, command=command)
        )
    for table in result.tables():
        wide_console().print(table)
    for line in result.summary():
        print(line)
    if before:
        found = compared([*before, run_of(result)])
        wide_console().print(found.table())
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
    with progress_bar("documents") as advance:
        result = evaluate_labelled(Labeller.load(model), data, advance, command=shlex.join(["thanhtich", *sys.argv[1:]]))
    for table in result.tables():
        wide_console().print(table)
    for line in result.summary():
        print(line)
    if before:
        found = compared([*before, label_run(result)])
        wide_console().print(found.table())
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
    wide_console().print(found.table())
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
    wide_console().print(report.table())
    if wrong:
        wide_console().print(report.wrong_table(wrong))


@app.command()
def benchmark(
    inputs: Annotated[list[str] | None, typer.Argument(help="Articles, as for `thanhtich extract`; by default those of seeds/articles.")] = None,
    model: ModelOption = None,
    device: Annotated[str, typer.Option(help="Where ours computes: cpu, openvino or cuda, as for `thanhtich extract`.")] = "cpu",
    seconds: Annotated[float, typer.Option(help="Each rival reads for so long, in each turn.")] = 20.0,
    repeats: Annotated[int, typer.Option(help="Turns; the spread over them is shown.")] = 3,
    threads: Annotated[int, typer.Option(help="For everyone (the profile runs in one); 0 takes the physical cores.")] = 0,
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

    Example: thanhtich benchmark news/ --device openvino --rival torch-32 --seconds 60 --repeats 5
    """
    import shlex

    from evaluate.benchmark import Settings, check_outputs
    from evaluate.benchmark import benchmark as measured
    from evaluate.benchmark_picture import draw
    from evaluate.benchmark_rivals import RIVALS
    from evaluate.benchmark_tables import check_markdown, notes, profile_notes, stage_table, table, write_markdown

    settings = Settings(tuple(inputs or ()), model, device, seconds, repeats, threads, tuple(rival or RIVALS), profile)
    check_outputs(json_output, picture, markdown)
    check_markdown(markdown)
    if profile:
        needs("onnx", "train")
    with progress_bar("measurements") as advance:
        result = measured(settings, shlex.join(["thanhtich", *sys.argv[1:]]), advance)
    wide_console().print(table(result))
    for line in notes(result):
        print(line)
    if result.profile:
        wide_console().print(stage_table(result.profile))
        for line in profile_notes(result.profile):
            print(line)
    if json_output:
        result.write(json_output)
    if picture:
        picture.write_text(draw(result), encoding="utf-8")
    if markdown:
        write_markdown(result, markdown)
