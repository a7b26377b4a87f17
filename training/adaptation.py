"""`thanhtich adapt`, as one call: an encoder reads unmarked texts and learns to guess words hidden in them (masked language model).

Source: Devlin and others 2019 for the objective; Gururangan and others 2020 for going on with it on texts like those that a model will read.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import AutoConfig, AutoModelForMaskedLM, PreTrainedModel, PrinterCallback, ProgressCallback, Trainer, TrainingArguments, set_seed

from annotations.judges import without_judges
from annotations.store import read_corpus
from model.errors import TrainingError
from model.schema import Article
from model.subwords import Subwords, read_subwords
from training.config import AdaptationConfig
from training.encoders import NOTE, VOCABULARY_FILES, find_encoder, hushed, licence
from training.loop import HISTORY, autocast, find_checkpoint, main_process, narrow_numbers
from training.masking import hidden_places, shown, stream, windows_of

_HEADS = {"bert": "cls", "roberta": "lm_head", "xlm-roberta": "lm_head", "camembert": "lm_head"}
"""Where the classes of transformers keep what turns states into words."""
_JUDGED = 64
"""Most windows that are kept for judging, so that looking takes seconds."""
_VOCABULARY = (*VOCABULARY_FILES, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")


@dataclass(frozen=True, slots=True)
class Guessing:
    """How well hidden words of windows that were not learned from are guessed: mean negative log likelihood in nats, and the share of subwords guessed right."""

    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Adapted:
    """What a run made: the encoder's folder, how many subwords it learned from, and how well it guessed before and after."""

    folder: Path
    subwords: int
    before: Guessing
    after: Guessing


class HiddenWords(nn.Module):
    """A masked language model that turns only the states of hidden subwords into words: most of what a vocabulary costs is saved."""

    def __init__(self, network: PreTrainedModel) -> None:
        super().__init__()
        self.network = network
        # The words' table turns states into words too; a checkpoint's format has no room for one weight under two names, and the Trainer asks for them by this one.
        self._keys_to_ignore_on_save = [f"network.{name}" for name in network.all_tied_weights_keys]

    def state_dict(self, *args: Any, **named: Any) -> dict[str, Any]:  # type: ignore[override]
        """Without the second names of tied weights."""
        state: dict[str, Any] = super().state_dict(*args, **named)
        return {name: value for name, value in state.items() if name not in self._keys_to_ignore_on_save}

    def tie_weights(self) -> None:
        """Make the second names mean the first ones' weights again: called after a checkpoint was read."""
        self.network.tie_weights()

    def forward(self, ids: torch.Tensor, hidden: torch.Tensor, answers: torch.Tensor) -> dict[str, torch.Tensor]:
        """The loss of one batch.

        Args:
            ids: (windows, subwords) as shown.
            hidden: (windows, subwords) bool.
            answers: (hidden,) the ids that stand there.
        """
        states = self.network.base_model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state  # (windows, subwords, width)
        logits = getattr(self.network, _HEADS[self.network.config.model_type])(states[hidden])  # (hidden, vocabulary)
        return {"loss": nn.functional.cross_entropy(logits.float(), answers), "logits": logits}


class Hiding:
    """Windows whose words are hidden anew for every batch."""

    def __init__(self, ids: NDArray[np.int32], marks: NDArray[np.int8], mask: int, config: AdaptationConfig) -> None:
        self.ids, self.marks, self.mask = ids, marks, mask
        self._hidden = config.hidden
        self._drawn = np.unique(ids[marks > 0])
        self._chance = np.random.default_rng(config.seed)

    def batch(self, rows: Sequence[dict[str, int]]) -> dict[str, torch.Tensor]:
        """The windows at each row's ``place``, as :class:`HiddenWords` takes them."""
        places = [row["place"] for row in rows]
        ids, marks = self.ids[places], self.marks[places]
        hidden = hidden_places(marks, self._hidden, self._chance)
        seen = shown(ids, hidden, self.mask, self._drawn, self._chance)
        return {"ids": torch.from_numpy(seen).long(), "hidden": torch.from_numpy(hidden), "answers": torch.from_numpy(ids[hidden]).long()}


def texts_to_read(have: Mapping[str, str]) -> list[str]:
    """The texts to adapt to: those given, but for dev and test articles and near duplicates of them, and the written train articles. Each is there once."""
    real = without_judges([Article(id=name, text=unicodedata.normalize("NFC", text)) for name, text in have.items()], have)
    written = [annotated.article for annotated in read_corpus("train")[0]]
    return list(dict.fromkeys(article.text for article in [*real, *written]))


def adapt(
    config: AdaptationConfig, texts: Iterable[str], output: Path, *, resume: bool = False, quiet: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Adapted | None:
    """Adapt an encoder to ``texts`` and write it to ``output``, as a folder that `train --encoder` takes; checkpoints lie in ``OUTPUT.run``.

    Args:
        resume: go on from the last checkpoint; the same texts and values must be given.
        quiet: no progress bar.
        tell: is told once, before it begins, how much there is to learn from and how well words are guessed.

    Returns:
        What was made; None in the other processes of `accelerate launch`.

    Raises:
        TrainingError: an encoder that cannot be had, has no piece for a hidden word or another architecture; too little text; checkpoints as
            training.loop.find_checkpoint has it; a folder of other things.
    """
    _check_output(output)
    set_seed(config.seed)
    folder = find_encoder(config.encoder)
    subwords = read_subwords(folder)
    model = HiddenWords(_network(folder)).to("cuda" if torch.cuda.is_available() else "cpu")
    learned, judged = _divided(texts, subwords, config)
    number = learned.ids.size
    before = guessing(model, judged, config)
    tell(f"{len(learned.ids):,} windows, {number:,} subwords; of words hidden from it the encoder guesses {before.accuracy:.1%}")
    _learn(model, learned, output.with_name(output.name + ".run"), config, resume, quiet)
    if not main_process():
        return None
    after = guessing(model, judged, config)
    made = Adapted(output, number, before, after)
    _write(model.network, folder, made, config)
    return made


def guessing(model: HiddenWords, judged: Hiding, config: AdaptationConfig) -> Guessing:
    """How well ``model`` guesses hidden words of some windows; the same words whenever it is asked with the same seed."""
    device = next(model.parameters()).device
    exam = Hiding(judged.ids, judged.marks, judged.mask, config)
    model.eval()
    losses, right = [], []
    for begin in range(0, len(exam.ids), config.batch_size):
        batch = {name: value.to(device) for name, value in exam.batch([{"place": place} for place in range(begin, min(begin + config.batch_size, len(exam.ids)))]).items()}
        with torch.no_grad(), autocast(device):
            logits = model(**batch)["logits"].float()
        losses.append(nn.functional.cross_entropy(logits, batch["answers"], reduction="none").cpu())
        right.append((logits.argmax(-1) == batch["answers"]).cpu())
    model.train()
    return Guessing(float(torch.cat(losses).mean()), float(torch.cat(right).float().mean()))


def _check_output(folder: Path) -> None:
    """What a folder holds is replaced: say before, not after, that it is no adapted encoder's."""
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if found and NOTE not in found:
        raise TrainingError(f"{folder}: holds {', '.join(found[:5])} and no {NOTE}; the adapted encoder replaces what is in its folder: name a new folder")
    if folder.exists() and not folder.is_dir():
        raise TrainingError(f"{folder}: is a file; an encoder is a folder: name a new one")


def _network(folder: Path) -> PreTrainedModel:
    """The encoder with what turns its states into words; no dropout, because every window is seen once or twice and with other words hidden."""
    try:
        settings = AutoConfig.from_pretrained(folder)
        kind = settings.model_type
        if kind in _HEADS:
            settings.hidden_dropout_prob = settings.attention_probs_dropout_prob = 0.0
            with hushed():  # that the compact encoder lacks what turns states into words is no news
                network: PreTrainedModel = AutoModelForMaskedLM.from_pretrained(folder, config=settings, dtype=torch.float32)
            return network
    except Exception as error:  # transformers, safetensors and pickle raise classes of their own for every kind of damage
        raise TrainingError(f"{folder}: the encoder cannot be loaded ({error}); fetch or build it again") from error
    raise TrainingError(f"{folder}: an encoder of kind {kind} cannot be adapted; allowed are {', '.join(_HEADS)}")


def _divided(texts: Iterable[str], subwords: Subwords, config: AdaptationConfig) -> tuple[Hiding, Hiding]:
    """Windows to learn from and windows to judge with, spread over all texts."""
    if subwords.mask is None:
        raise TrainingError(f"encoder {config.encoder}: its vocabulary has no piece for a hidden word (<mask> or [MASK]), so it cannot be adapted")
    ids, marks = windows_of(stream(texts, subwords), config.window, subwords.first, subwords.last)
    if len(ids) < 2:
        raise TrainingError(f"the texts make {len(ids)} windows of {config.window} subwords; at least 2 are needed, and some thousands to learn anything: give more --texts")
    number = max(1, min(_JUDGED, round(len(ids) * config.held_out)))
    judged = np.unique(np.linspace(0, len(ids) - 1, number + 2).astype(int)[1:-1])
    learned = np.setdiff1d(np.arange(len(ids)), judged)
    return Hiding(ids[learned], marks[learned], subwords.mask, config), Hiding(ids[judged], marks[judged], subwords.mask, config)


def _learn(model: HiddenWords, learned: Hiding, run: Path, config: AdaptationConfig, resume: bool, quiet: bool) -> None:
    arguments = _arguments(config, run, quiet)
    with arguments.main_process_first(desc="looking for checkpoints"):
        checkpoint = find_checkpoint(run, resume, f"adapted from {config.encoder}")
    rows = datasets.Dataset.from_dict({"place": range(len(learned.ids))})
    optimiser = torch.optim.AdamW(_groups(model, config), fused=True)
    trainer = Trainer(model=model, args=arguments, train_dataset=rows, data_collator=learned.batch, optimizers=(optimiser, None))
    if quiet:
        trainer.remove_callback(PrinterCallback)
        trainer.remove_callback(ProgressCallback)
    trainer.train(resume_from_checkpoint=checkpoint)
    if main_process():
        (run / HISTORY).write_text(json.dumps({"config": asdict(config), "log": trainer.state.log_history}, indent=1) + "\n", encoding="utf-8")


def _groups(model: HiddenWords, config: AdaptationConfig) -> list[dict[str, Any]]:
    """Optimiser groups: the encoder and what is not part of it with rates of their own; no decay of norms and biases."""
    encoder = {id(parameter) for parameter in model.network.base_model.parameters()}
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        rate = config.learning_rate if id(parameter) in encoder else config.head_learning_rate
        plain = parameter.ndim < 2 or "norm" in name.lower()
        groups.setdefault((rate, 0.0 if plain else config.weight_decay), []).append(parameter)
    return [{"params": parameters, "lr": rate, "weight_decay": lost} for (rate, lost), parameters in groups.items()]


def _arguments(config: AdaptationConfig, run: Path, quiet: bool) -> TrainingArguments:
    gpu = torch.cuda.is_available()
    arguments = TrainingArguments(
        output_dir=str(run),
        num_train_epochs=config.epochs,
        max_steps=config.steps or -1,
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        warmup_steps=config.warmup,
        max_grad_norm=config.clip,
        lr_scheduler_type="linear",
        bf16=narrow_numbers(config.precision),
        use_cpu=not gpu,
        seed=config.seed,
        save_steps=config.save_steps,
        save_total_limit=1,
        logging_steps=20,
        report_to=["tensorboard"],
        disable_tqdm=quiet,
        remove_unused_columns=False,
        label_names=[],
        dataloader_pin_memory=gpu,
    )
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments


def _write(network: PreTrainedModel, folder: Path, made: Adapted, config: AdaptationConfig) -> None:
    """The encoder alone, with the settings and vocabulary that it came with, and a note of what was done."""
    encoder: Any = network.base_model
    made.folder.mkdir(parents=True, exist_ok=True)
    with hushed():
        encoder.cpu().save_pretrained(made.folder)
    for name in ("config.json", *_VOCABULARY):
        if (folder / name).is_file():
            shutil.copyfile(folder / name, made.folder / name)
    note = {"config": asdict(config), "licence": licence(config.encoder), "subwords": made.subwords, "before": asdict(made.before), "after": asdict(made.after)}
    (made.folder / NOTE).write_text(json.dumps(note, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
