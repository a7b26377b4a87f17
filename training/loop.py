"""The training loop: transformers' Trainer over our examples, dev record F1 after every epoch, the best epoch or the mean of several kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import torch
from torch import nn
from transformers import EarlyStoppingCallback, PrinterCallback, ProgressCallback, Trainer, TrainingArguments, set_seed
from transformers.trainer_utils import get_last_checkpoint

from evaluate.gold import gold_from_annotation
from evaluate.scores import Tally, score
from model.backend import Backend
from model.calibrate import Calibration
from model.encode import Select, WindowSizes
from model.errors import TrainingError
from model.labels import Labels
from model.network import JointModel
from model.runtime import Extractor
from model.schema import AnnotatedArticle, Article
from model.selection import Selection
from model.subwords import Subwords
from training.average import checkpoint_states, greedy_average
from training.config import AdaptationConfig, TrainingConfig
from training.features import Coverage, Example, balanced, examples
from training.masking import HiddenInWindows
from training.objective import Objective, collate
from training.teachers import collate_lessons, lessons, unmarked_examples

HISTORY = "history.json"
"""Written beside the checkpoints when a run has come to its end."""
START = "start.txt"
"""Beside the checkpoints: the model that the run went on from, or an empty line, then the teachers that it learns from; of an adaptation, what it is known by."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained network, the dev figures of every epoch and last of their average where one was made, and what the examples could hold."""

    model: JointModel
    history: list[dict[str, float]]
    coverage: Coverage


class TorchBackend:
    """The network in torch, with the interface that extraction wants (model.backend.Backend)."""

    def __init__(self, model: JointModel, device: torch.device) -> None:
        self._model, self._device = model, device

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See model.backend.Backend."""
        with torch.no_grad(), autocast(self._device):
            states, logits = self._model.tagger(*(torch.from_numpy(a).to(self._device) for a in (ids, mask, first)))
        return states.float().cpu().numpy(), logits.float().cpu().numpy()

    def link(self, states: np.ndarray, *arrays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See model.backend.Backend."""
        with torch.no_grad():
            anchors, pairs = self._model.linker(torch.from_numpy(states).to(self._device), *(torch.from_numpy(a).to(self._device) for a in arrays))
        return anchors.float().cpu().numpy(), pairs.float().cpu().numpy()


def autocast(device: torch.device) -> torch.autocast:
    """bf16 while judging on a processor that computes it, else nothing."""
    return torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cpu" and fast_bf16())


def fast_bf16() -> bool:
    """True where the processor multiplies bf16 in hardware; elsewhere bf16 is slower than fp32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _narrow_numbers(precision: str) -> bool:
    """Whether steps are computed in bf16, for a recipe's ``precision``."""
    return precision == "bf16" or (precision == "auto" and (torch.cuda.is_available() or fast_bf16()))


def to_dataset(made: Sequence[Example]) -> datasets.Dataset:
    """A row for each example: its ``place`` in ``made``, and its ``length``, by which the sampler groups windows."""
    return datasets.Dataset.from_list([{"place": place, "length": len(e.ids)} for place, e in enumerate(made)])


class RecordTrainer(Trainer):
    """A Trainer whose evaluation extracts the dev articles and scores their records."""

    def __init__(self, *args: Any, judge: Callable[[], dict[str, float]], heads_rate: float, layer_decay: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.judge, self.heads_rate, self.layer_decay = judge, heads_rate, layer_decay

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Dev figures as metrics with the prefix ``eval_``."""
        assert self.model is not None
        self.model.eval()
        metrics = {f"eval_{name}": value for name, value in self.judge().items()}
        self.model.train()
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def create_optimizer(self, *_: Any, **__: Any) -> torch.optim.Optimizer:
        """AdamW with a rate of its own for the heads and, where asked, less from layer to layer downwards."""
        assert self.model is not None
        self.optimizer = torch.optim.AdamW(parameter_groups(self.model, self.args.learning_rate, self.heads_rate, self.layer_decay, self.args.weight_decay), fused=True)
        return self.optimizer


def parameter_groups(model: nn.Module, rate: float, heads_rate: float, decay: float, weight_decay: float) -> list[dict[str, Any]]:
    """Optimiser groups: encoder layers with ``rate`` times ``decay`` per layer below the last, heads with ``heads_rate``; no decay of norms and biases."""
    depth = 1 + max((int(name.split(".layer.")[1].split(".")[0]) for name, _ in model.named_parameters() if ".encoder.layer." in name), default=0)

    def own(name: str) -> float:
        if ".tagger.encoder." not in name and not name.startswith("tagger.encoder."):
            return heads_rate
        return rate * decay ** (depth - (int(name.split(".layer.")[1].split(".")[0]) + 1 if ".layer." in name else 0))

    return grouped(((name, parameter, own(name)) for name, parameter in model.named_parameters()), weight_decay)


def grouped(parameters: Iterable[tuple[str, nn.Parameter, float]], weight_decay: float) -> list[dict[str, Any]]:
    """Optimiser groups of parameters with their names and rates; norms and biases do not decay."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter, rate in parameters:
        plain = parameter.ndim < 2 or "norm" in name.lower()
        groups.setdefault((rate, 0.0 if plain else weight_decay), []).append(parameter)
    return [{"params": together, "lr": rate, "weight_decay": lost} for (rate, lost), together in groups.items()]


def judge_records(extractor: Extractor, dev: Sequence[AnnotatedArticle]) -> Tally:
    """Extract the dev articles and score their records against their annotation."""
    articles = [replace(annotated.article) for annotated in dev]
    found = {e.found.article.id: e.records for e in extractor.extract(articles)}
    return score((gold_from_annotation(annotated) for annotated in dev), found)


def train(
    config: TrainingConfig,
    model: JointModel,
    subwords: Subwords,
    labels: Labels,
    articles: Sequence[AnnotatedArticle],
    dev: Sequence[AnnotatedArticle],
    folder: Path,
    *,
    selection: Selection | None = None,
    selects: Sequence[Select | None] | None = None,
    start: str = "",
    resume: bool = False,
    quiet: bool = False,
    teachers: Backend | None = None,
    unmarked: Sequence[Article] = (),
) -> Trained:
    """Train ``model`` in place; at the end it holds the best epoch by dev record F1, or the best mean of epochs (``config.average``).

    Args:
        config: every hyperparameter.
        articles, dev: annotated articles to learn from and to judge by.
        folder: for checkpoints and the TensorBoard log.
        selection: which sentences of the dev articles are read; all with a number without it.
        selects: the same for each of ``articles``.
        start: what is noted in ``folder`` of the models that the run went on and learns from (:data:`START`).
        resume: go on from the last checkpoint in ``folder``.
        quiet: no progress bar.
        teachers: models whose judgement is learned too, of every window.
        unmarked: articles that nobody has marked, of which the teachers alone tell.

    Raises:
        TrainingError: nothing to train on, nothing to judge by, no checkpoint to resume from, checkpoints that a fresh start would lose, or words to
            be hidden with no piece for them.
    """
    set_seed(config.seed)
    sizes = WindowSizes(config.window, config.opening, config.context, config.lines)
    coverage = Coverage()
    made = balanced(list(examples(articles, subwords, sizes, labels, coverage, selects)), config.negatives, config.seed)
    if not made or not dev:
        found = f"{len(articles)} articles to train on gave {len(made)} windows, and there are {len(dev)} dev articles to judge by"
        raise TrainingError(f"{found}; both are needed: add articles to annotations/corpus")
    told = lessons(teachers, made) if teachers is not None else []
    if teachers is not None and unmarked:
        select = selection.chosen if selection else None
        more, of_more = unmarked_examples(teachers, unmarked, subwords, sizes, labels, select, config.unmarked, config.seed)
        made, told, coverage.unmarked = made + more, told + of_more, len(more)
    objective = Objective(model, config.tag_weight, config.link_weight, config.anchor_weight, config.teacher_weight)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    extractor = Extractor(TorchBackend(model, device), subwords, labels, sizes, "training", Calibration(), selection=selection)

    def judge() -> dict[str, float]:
        counts = judge_records(extractor, dev).measures
        return {"record_f1": counts["exact"].f1, "anchor_f1": counts["anchor"].f1, "organisation_f1": counts["organisation"].f1, "date_f1": counts["date"].f1}

    hiding = HiddenInWindows((e.ids for e in made), subwords, config.hidden) if config.hidden else None

    def batch(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        chosen = [made[row["place"]] for row in rows]
        if hiding:
            # Drawn from torch's own chance, which a run that goes on takes up where it stood.
            chance = np.random.default_rng(int(torch.randint(2**31, ())))
            chosen = [replace(e, ids=hiding.shown(e.ids, e.first, chance)) for e in chosen]
        together = collate(chosen, subwords.pad)
        return together | (collate_lessons([told[row["place"]] for row in rows], together["first"].shape[1]) if told else {})

    history = run_trainer(config, objective, to_dataset(made), batch, judge, folder, metric="record_f1", start=start, resume=resume, quiet=quiet)
    return Trained(model.eval().cpu(), history, coverage)


def run_trainer(
    config: TrainingConfig,
    objective: nn.Module,
    rows: datasets.Dataset,
    batch: Callable[[Sequence[dict[str, Any]]], dict[str, torch.Tensor]],
    judge: Callable[[], dict[str, float]],
    folder: Path,
    *,
    metric: str,
    start: str = "",
    resume: bool = False,
    quiet: bool = False,
) -> list[dict[str, float]]:
    """Train ``objective`` in place; at the end it holds the best epoch by ``metric``, or the best mean of epochs.

    Gives the dev figures of every epoch; with ``config.average`` last those of the mean, which have no ``epoch`` and say of how many it is.

    Several processes (`accelerate launch`) each take their share of every step and judge alike; only the main one writes.

    Args:
        rows: examples, with their ``length`` in subwords.
        batch: some of the rows as tensors.
        judge: dev figures by name; ``metric`` is one of them.
        folder: for checkpoints, the TensorBoard log and the history.

    Raises:
        TrainingError: no checkpoint to resume from, or checkpoints that a fresh start would lose.
    """
    arguments = _arguments(config, folder, quiet, metric)
    with arguments.main_process_first(desc="looking for checkpoints"):
        checkpoint = find_checkpoint(folder, resume, start)
    trainer = RecordTrainer(
        model=objective,
        args=arguments,
        train_dataset=rows,
        eval_dataset=rows.select(range(1)),  # the Trainer wants one; judge() reads the dev articles instead
        data_collator=batch,
        callbacks=[] if config.steps else [EarlyStoppingCallback(config.patience)],
        judge=judge,
        heads_rate=config.head_learning_rate,
        layer_decay=config.layer_decay,
    )
    hush(trainer, quiet)
    trainer.train(resume_from_checkpoint=checkpoint)
    history = [row for row in trainer.state.log_history if f"eval_{metric}" in row]
    if main_process() and config.average:
        history.append(_average(objective, folder, judge, history, metric))
    if main_process():
        (folder / HISTORY).write_text(json.dumps({"config": asdict(config), "epochs": history}, indent=1) + "\n", encoding="utf-8")
    return history


def hush(trainer: Trainer, quiet: bool) -> None:
    """Without a progress bar and printed logs where ``quiet``."""
    for callback in (PrinterCallback, ProgressCallback) if quiet else ():
        trainer.remove_callback(callback)


def _average(objective: nn.Module, folder: Path, judge: Callable[[], dict[str, float]], history: Sequence[dict[str, float]], metric: str) -> dict[str, float]:
    """Give ``objective`` the best mean of the epochs' weights; its dev figures, as an epoch's, and of how many it is."""
    objective.eval()
    states = checkpoint_states(folder)
    judged = {int(row["step"]): row for row in history if int(row["step"]) in states}
    if not judged:
        raise TrainingError(f"{folder}: no checkpoint of an epoch that was judged, so there is nothing to average; train with average = false")

    def figures() -> dict[str, float]:
        return {f"eval_{name}": value for name, value in judge().items()}

    number, found = greedy_average(objective, [states[step] for step in judged], list(judged.values()), figures, f"eval_{metric}")
    return {name: value for name, value in found.items() if name.startswith("eval_")} | {"eval_averaged": float(number)}


def best_row(history: Sequence[dict[str, float]], metric: str) -> dict[str, float]:
    """The figures of what a run kept: of the best epoch, or of the mean of several, which goes before an epoch that is as good."""
    return max(history, key=lambda row: (row[f"eval_{metric}"], "eval_averaged" in row), default={})


def epochs(history: Sequence[dict[str, float]]) -> int:
    """How many epochs were judged."""
    return sum("epoch" in row for row in history)


def main_process() -> bool:
    """True in a run of one process, and in the first of several (`accelerate launch`): the one that writes."""
    return not torch.distributed.is_available() or not torch.distributed.is_initialized() or torch.distributed.get_rank() == 0


def find_checkpoint(folder: Path, resume: bool, start: str) -> str | None:
    """Where to go on from; None for a fresh start, which clears away a finished run's checkpoints: the Trainer would count them among its own.

    A fresh start notes the models that it goes on and learns from.

    Raises:
        TrainingError: no checkpoint to resume from, or checkpoints that a fresh start would lose.
    """
    old = get_last_checkpoint(str(folder)) if folder.is_dir() else None  # type: ignore[no-untyped-call]
    finished = (folder / HISTORY).is_file()
    if resume and old is None:
        raise TrainingError(f"{folder}: no checkpoint to resume from; begin without --resume, or name the folder of the run that was cut off")
    if old is not None and not resume and not finished:
        raise TrainingError(f"{folder}: holds checkpoints of a run that was cut off; go on with --resume, or remove the folder")
    for path in folder.glob("checkpoint-*") if finished and not resume else ():
        shutil.rmtree(path)
    (folder / HISTORY).unlink(missing_ok=True)
    if not resume:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / START).write_text(start, encoding="utf-8")
    return str(old) if resume else None


def _arguments(config: TrainingConfig, folder: Path, quiet: bool, metric: str) -> TrainingArguments:
    return trainer_arguments(
        config,
        folder,
        quiet,
        eval_strategy="no" if config.steps else "epoch",
        save_strategy="no" if config.steps else "epoch",
        save_total_limit=None if config.average else 2,
        load_best_model_at_end=not config.steps,
        metric_for_best_model=metric,
        greater_is_better=True,
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        label_names=["allowed"],
    )


def trainer_arguments(config: TrainingConfig | AdaptationConfig, folder: Path, quiet: bool, **own: Any) -> TrainingArguments:
    """What every run of the Trainer has in common, with what is its ``own``; checkpoints and the TensorBoard log lie in ``folder``."""
    gpu = torch.cuda.is_available()
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=config.epochs,
        max_steps=config.steps or -1,
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        warmup_steps=config.warmup,
        weight_decay=config.weight_decay,
        max_grad_norm=config.clip,
        lr_scheduler_type="linear",
        bf16=_narrow_numbers(config.precision),
        use_cpu=not gpu,
        seed=config.seed,
        logging_steps=20,
        report_to=["tensorboard"],
        disable_tqdm=quiet,
        remove_unused_columns=False,
        dataloader_pin_memory=gpu,
        **own,
    )
    # With several GPUs and one process the Trainer would cut a batch's entities and pairs anywhere; several processes share the work instead.
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments
