"""`thanhtich train`, as one call: corpus, encoder, training, calibration, export."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from annotations.judges import without_judges
from annotations.store import CORPUS, STANDOFF, Finding, digest, indicator_codes, read_corpus, read_standoff, read_texts, unmarked_articles
from evaluate.gold import gold_from_annotation
from evaluate.scores import Tally, calibration_error, score
from model.calibrate import Calibration, write_calibration
from model.config import FAST, read_model_config, write_model_config
from model.encode import Window, WindowSizes, windows
from model.errors import TrainingError
from model.labels import Labels, achievement_labels
from model.network import JointModel
from model.runtime import Extractor, with_calibration
from model.schema import AnnotatedArticle, Article
from model.selection import Selection
from model.subwords import Subwords, read_subwords
from training.augment import augmented
from training.calibration import fit
from training.calibration_methods import compare_methods, with_curve
from training.config import TrainingConfig
from training.encoders import licence, load_encoder
from training.export import Parity, check_output, export
from training.loop import START, Trained, best_row, epochs, main_process, train
from training.selection import cross_fitted, fit_selection, taught
from training.teachers import committee
from training.warm_start import add_adaptation, check_start, first_network, warm_start

PARITY_WINDOWS = 40
_SHOWN = 5
"""How many broken articles are named where a run cannot begin."""
EXACT = "tagger.fp32.onnx"
"""The fp32 graph, kept beside the checkpoints: the model folder holds the int8 one where int8 passes the gate."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run made: dev record F1, parity of the export, and notes for the person who started it."""

    dev_f1: float
    parity: Parity
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """Articles to learn from and to judge by; ``real`` holds the ids of the real ones of dev, ``unmarked`` are real ones that nobody has marked."""

    train: list[AnnotatedArticle]
    dev: list[AnnotatedArticle]
    notes: tuple[str, ...]
    real: frozenset[str] = frozenset()
    unmarked: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained network with what reads text for it; ``vocabulary`` is the folder of its tokenizer, ``start`` the model that it went on from, or empty, ``teachers`` those that it
    learned from."""

    trained: Trained
    labels: Labels
    subwords: Subwords
    sizes: WindowSizes
    vocabulary: Path
    selection: Selection | None = None
    start: str = ""
    teachers: tuple[str, ...] = ()


def read_data(config: TrainingConfig, texts: Path | None, corpus: Path = CORPUS, *, taught: bool = False) -> Data:
    """The corpus's train and dev splits, with the real articles where their texts are given.

    Args:
        taught: there are teachers, who tell of texts that nobody has marked too, where ``config`` takes real articles and such windows.

    Raises:
        TrainingError: neither source gives an article to learn from.
    """
    splits: dict[str, list[AnnotatedArticle]] = {}
    reals: dict[str, frozenset[str]] = {}
    findings: list[Finding] = []
    have = read_texts(texts) if texts is not None else {}
    joined = 0
    for split in ("train", "dev"):
        written, broken = read_corpus(split, corpus) if "written" in config.sources else ([], [])
        real, unjoined = read_standoff(have, split=split) if have and "real" in config.sources else ([], [])
        splits[split] = [*written, *real]
        reals[split] = frozenset(a.article.id for a in real)
        findings += [*broken, *unjoined]
        joined += len(real)
    unmarked = _unmarked(have) if taught and config.unmarked and "real" in config.sources else ()
    if texts is not None and "real" in config.sources and not joined and not unmarked:
        raise TrainingError(f"{texts}: none of its {len(have)} texts is a train or dev article of annotations/standoff (by id and digest); leave --texts out, or give those")
    notes = [f"{finding.place}: {finding.reason}" for finding in findings]
    if texts is None and corpus == CORPUS and "real" in config.sources and any(STANDOFF.glob("*.jsonl")):
        notes.append("real articles are left out: their texts are not in the repo; give them with --texts")
    if not splits["train"] or not splits["dev"]:
        found = f"{len(splits['train'])} articles to learn from in {corpus}/train and {len(splits['dev'])} to judge by in {corpus}/dev, with sources {list(config.sources)}"
        broken_ones = "".join(f"\n  {finding.place}: {finding.reason}" for finding in findings[:_SHOWN])
        raise TrainingError(f"{found}; both are needed: put marked articles there, give --texts, or add 'written' to sources{broken_ones}")
    return Data([a for a in splits["train"] if _chosen(a.article.id, config.share)], splits["dev"], tuple(notes), reals["dev"], unmarked)


def _unmarked(have: dict[str, str]) -> tuple[Article, ...]:
    """The texts that nobody has marked, but for near duplicates of those that models are judged by."""
    free = {article.id for article in without_judges(have.items())}
    return tuple(article for article in unmarked_articles(have) if article.id in free)


def _chosen(identity: str, share: float) -> bool:
    """True for this share of all ids, by a hash: those of a smaller share are among those of a larger one."""
    return int(digest(identity)[:8], 16) < share * 2**32


def train_model(
    config: TrainingConfig,
    output: Path,
    name: str,
    *,
    texts: Path | None = None,
    corpus: Path = CORPUS,
    start: Path | None = None,
    teachers: Sequence[Path] = (),
    resume: bool = False,
    quiet: bool = False,
) -> Done | None:
    """Train, calibrate on dev, export to ``output``; checkpoints lie beside it in ``OUTPUT.run``.

    Args:
        start: a model folder whose weights the training goes on from, instead of the encoder's own.
        teachers: model folders whose common judgement is learned too, also of those real articles that nobody has marked.

    Returns:
        What was made; None in the other processes of `accelerate launch`, which write nothing.

    Raises:
        TrainingError: see the steps that it calls.
    """
    check_output(output)
    start = first_network(start) if start is not None else None
    for folder in (*teachers, *([start] if start is not None else [])):
        read_model_config(folder)  # before minutes go into reading and an encoder
    run = output.with_name(output.name + ".run")
    data = read_data(config, texts, corpus, taught=bool(teachers))
    made = fitted(config, data, run, start=start, teachers=teachers, resume=resume, quiet=quiet)
    if not main_process():
        return None
    parity = _export(made, config, output, name, data, run / EXACT)
    calibrated = calibrate_model(output, data)
    return Done(best_row(made.trained.history, "record_f1").get("eval_record_f1", 0.0), parity, (*data.notes, *_coverage_notes(made.trained), *calibrated))


def fitted(
    config: TrainingConfig, data: Data, run: Path, *, start: Path | None = None, teachers: Sequence[Path] = (), resume: bool = False, quiet: bool = False
) -> Fitted:
    """Train a network by ``config`` on ``data``, a new one or that of the model in ``start``; checkpoints lie in ``run``.

    Raises:
        TrainingError: a window longer than the encoder reads, and see the steps that it calls.
    """
    encoder = load_encoder(config.encoder, config.layers, config.dropout, None if config.pretrained else config.seed)
    if config.window > encoder.longest:
        raise TrainingError(f"window = {config.window}; the encoder {config.encoder} reads at most {encoder.longest} subwords")
    labels = achievement_labels(indicator_codes())
    subwords = read_subwords(encoder.folder)
    model = JointModel(encoder.module, encoder.hidden, labels, config.dropout)
    taught_by = tuple(check_start(teacher, encoder.folder, labels) for teacher in teachers)
    went_on_from = _noted_start(run, start, taught_by) if resume else check_start(start, encoder.folder, labels) if start is not None else ""
    if start is not None and not resume:
        warm_start(model, start, config.layers)
    if config.adapted_share and not resume:
        if start is None:
            raise TrainingError(f"adapted_share = {config.adapted_share} without a model to start from; give --start, or leave it out: --encoder takes the weights whole")
        add_adaptation(model, config.encoder, config.adapted_share, config.layers)
    selection = fit_selection(data.train, data.dev) if config.select else None
    articles = [(article, article) for article in data.train]
    articles += [(copy, article) for article in data.train if article.achievements for copy in augmented(article, config.augment_copies, config.seed)]
    of_others = dict(zip((a.article.id for a in data.train), cross_fitted(data.train, selection), strict=True)) if selection else {}
    selects = [taught(of_others[source.article.id], article) for article, source in articles] if selection else None
    learned = [article for article, _ in articles]
    trained = train(
        config,
        model,
        subwords,
        labels,
        learned,
        data.dev,
        run,
        selection=selection,
        selects=selects,
        start="\n".join((went_on_from, *taught_by)),
        resume=resume,
        quiet=quiet,
        teachers=committee(teachers) if teachers else None,
        unmarked=data.unmarked,
    )
    return Fitted(trained, labels, subwords, WindowSizes(config.window, config.opening, config.context, config.lines), encoder.folder, selection, went_on_from, taught_by)


def _noted_start(run: Path, start: Path | None, taught_by: tuple[str, ...]) -> str:
    """The model that a run which is gone on with had begun from: its checkpoints hold the weights, and ``start`` may only say the same again.

    Its teachers must be there again: what they say is not kept.
    """
    noted, *teachers = (run / START).read_text(encoding="utf-8").split("\n") if (run / START).is_file() else [""]
    if start is not None and (given := read_model_config(start).identity) != noted:
        raise TrainingError(f"{run}: that run began from {noted or 'the encoder'}, not from {given}; go on with --resume alone, or train anew without --resume")
    if tuple(teachers) != taught_by:
        told = [" and ".join(names) or "nobody" for names in (teachers, taught_by)]
        raise TrainingError(f"{run}: that run learns from {told[0]}, not from {told[1]}; give the same --teacher again with --resume, or train anew without --resume")
    return noted


def _coverage_notes(trained: Trained) -> tuple[str, ...]:
    counted = trained.coverage
    return (
        f"{counted.entities} entities in windows, {counted.misaligned} of them not at word boundaries; "
        f"{counted.relations} links in reach of a window, {counted.out_of_reach} out of reach",
        *([f"{counted.unmarked} windows of articles that nobody has marked, learned from the teachers alone"] if counted.unmarked else []),
    )


def _export(made: Fitted, config: TrainingConfig, output: Path, name: str, data: Data, exact: Path) -> Parity:
    return export(
        made.trained.model,
        output,
        name=name,
        labels=made.labels,
        sizes=made.sizes,
        vocabulary=made.vocabulary,
        windows=some_windows(data.dev, made.subwords, made.sizes, made.selection),
        padding=made.subwords.pad,
        training=_summary(made, config, data),
        exact=exact,
        selection=made.selection,
    )


def _summary(made: Fitted, config: TrainingConfig, data: Data) -> dict[str, Any]:
    trained = made.trained
    return {
        "config": asdict(config),
        "start": made.start or None,
        "teachers": list(made.teachers),
        "unmarked_windows": trained.coverage.unmarked,
        "encoder_licence": licence(config.encoder),
        "articles": {"train": len(data.train), "dev": len(data.dev)},
        "achievements": {"train": sum(len(a.achievements) for a in data.train), "dev": sum(len(a.achievements) for a in data.dev)},
        "dev": {key.removeprefix("eval_"): round(value, 4) for row in [best_row(trained.history, "record_f1")] for key, value in row.items() if key.startswith("eval_")},
        "epochs": epochs(trained.history),
        "made": datetime.now(UTC).date().isoformat(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }


def some_windows(
    articles: Sequence[AnnotatedArticle], subwords: Subwords, sizes: WindowSizes, selection: Selection | None = None, number: int = PARITY_WINDOWS
) -> list[Window]:
    """So many real windows, spread over the articles."""
    select = selection.chosen if selection else None
    made = [window for place, annotated in enumerate(articles) for window in windows(annotated.article, place, subwords, sizes, select)]
    return [made[at * len(made) // number] for at in range(number)] if len(made) > number else made


def calibrate_model(model: Path, data: Data) -> tuple[str, ...]:
    """Fit the confidence of an exported model on dev, and keep it in its folder; says what it was before and is after.

    Args:
        model: its folder, of several networks also the first alone in it; or a file with settings, for what that names.
    """
    if not (model / FAST).is_file():
        return _calibrate(model, data)
    return (*_calibrate(model, data), f"{FAST}, the first network alone:", *_calibrate(model / FAST, data))


def _calibrate(model: Path, data: Data) -> tuple[str, ...]:
    config = read_model_config(model)
    extractor = with_calibration(Extractor.load(model, min_confidence=0.0), Calibration())
    gold = [gold_from_annotation(annotated) for annotated in data.dev]
    found = {e.found.article.id: e.records for e in extractor.extract(replace(annotated.article) for annotated in data.dev)}
    calibration = fit(gold, found, data.real)
    if not calibration.fitted:
        return ("confidence is not calibrated: too few dev records to learn from; it is the product of the raw scores",)
    calibration = with_curve(calibration, gold, found, data.real)
    methods = compare_methods(gold, found, data.real)
    before = score(gold, found)
    after = score(gold, {name: [calibration.apply(record) for record in records] for name, records in found.items()})
    write_calibration(calibration, config.folder / config.parts.calibration)
    told = config.training | {"calibration": _errors(before, after) | {"held_out": [asdict(m) for m in methods]}}
    write_model_config(config.folder, config.name, config.labels, config.sizes, told, parts=config.parts)
    fitted_there = f"calibration error on dev {calibration_error(before.confidences):.3f} before, {calibration_error(after.confidences):.3f} after (fitted there)"
    return (fitted_there, *(f"held out, {m.method}: ECE {m.ece:.3f}, Brier {m.brier:.3f}, log loss {m.log_loss:.3f}" for m in methods))


def _errors(before: Tally, after: Tally) -> dict[str, float]:
    return {"ece_before": round(calibration_error(before.confidences), 4), "ece_after": round(calibration_error(after.confidences), 4)}
