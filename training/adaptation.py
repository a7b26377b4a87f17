"""`thanhtich adapt`, as one call: an encoder reads unmarked texts and learns to guess words hidden in them (masked language model).

Source: Devlin and others 2019 for the objective; Gururangan and others 2020 for going on with it on texts like those that a model will read.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import AutoConfig, AutoModelForMaskedLM, PreTrainedModel, Trainer, TrainingArguments, set_seed

from annotations.judges import without_judges
from annotations.store import read_corpus
from model.errors import TrainingError
from model.subwords import Subwords, read_subwords
from training.config import AdaptationConfig
from training.encoders import NOTE, check_whole, damage_said, find_encoder, hushed, licence, longest_input
from training.export import check_output, copy_vocabulary, new_folder
from training.loop import HISTORY, START, autocast, find_checkpoint, grouped, hush, main_process, trainer_arguments
from training.masking import Windows, hidden_places, shown, stream, windows_of

_HEADS = {"bert": "cls", "roberta": "lm_head", "xlm-roberta": "lm_head", "camembert": "lm_head"}
"""Where the classes of transformers keep what turns states into words."""
_JUDGED = 64
"""Most windows that are kept for judging, so that looking takes seconds."""
_MAY_CHANGE = ("epochs", "steps", "save_steps")
"""Values that a run which was cut off may be gone on with."""


@dataclass(frozen=True, slots=True)
class Guessing:
    """How well hidden words of windows that were not learned from are guessed: mean negative log likelihood in nats, and the share of subwords guessed right."""

    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Adapted:
    """What a run made.

    Attributes:
        folder: the encoder's.
        subwords: how many there were to learn from.
        before: None where the encoder came without what turns its states into words, which is drawn by chance then and guesses nothing.
    """

    folder: Path
    subwords: int
    before: Guessing | None
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

    def __init__(self, windows: Windows, mask: int, share: float, chance: np.random.Generator, *, always: bool = False) -> None:
        """With ``always`` the mask stands for every hidden subword, so that none is guessed by copying it."""
        self.windows, self._mask, self._share, self._always = windows, mask, share, always
        self._drawn: NDArray[np.int32] = np.unique(windows.ids[windows.marks > 0])
        self._chance = chance

    def batch(self, rows: Sequence[dict[str, int]]) -> dict[str, torch.Tensor]:
        """The windows at each row's ``place``, as :class:`HiddenWords` takes them."""
        places = [row["place"] for row in rows]
        ids, marks = self.windows.ids[places], self.windows.marks[places]
        hidden = hidden_places(marks, self._share, self._chance)
        seen = np.where(hidden, self._mask, ids) if self._always else shown(ids, hidden, self._mask, self._drawn, self._chance)
        return {"ids": torch.from_numpy(seen).long(), "hidden": torch.from_numpy(hidden), "answers": torch.from_numpy(ids[hidden]).long()}


def texts_to_read(given: Iterable[tuple[str, str]]) -> tuple[list[str], int]:
    """The texts to adapt to, each once, and how many of those given are left out because models are judged by them, or by near duplicates of them.

    Args:
        given: document id and text; the written train articles of the corpus are added.
    """
    texts = list(given)
    free = without_judges(texts)
    written = [annotated.article for annotated in read_corpus("train")[0]]
    return list(dict.fromkeys(article.text for article in [*free, *written])), len(texts) - len(free)


def adapt(
    config: AdaptationConfig, texts: Iterable[str], output: Path, *, resume: bool = False, quiet: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Adapted | None:
    """Adapt an encoder to ``texts`` and write it to ``output``, as a folder that `train --encoder` takes; checkpoints lie in ``OUTPUT.run``.

    Args:
        resume: go on from the last checkpoint; the same texts and values must be given, but for how long it takes.
        quiet: no progress bar.
        tell: is told once, before it begins, how much there is to learn from.

    Returns:
        What was made; None in the other processes of `accelerate launch`.

    Raises:
        TrainingError: an encoder that cannot be had, has no piece for a hidden word, another architecture or fewer places than ``config.window``; too little text;
            ``resume`` of another run; checkpoints as training.loop.find_checkpoint has it; a folder of other things.
    """
    check_output(output, NOTE, "encoder")
    folder, run = find_encoder(config.encoder), output.with_name(output.name + ".run")
    arguments = trainer_arguments(config, run, quiet, save_steps=config.save_steps, save_total_limit=1, label_names=[])
    set_seed(config.seed)
    network, trained_head = _network(folder, config)
    subwords = read_subwords(folder)
    made = _windows(texts, subwords, config)
    begun = _begun(config, folder, made)
    learned, judged = made.divided(max(1, min(_JUDGED, round(len(made.ids) * config.held_out))))
    model = HiddenWords(network).to(arguments.device)
    assert subwords.mask is not None
    before = guessing(model, judged, subwords.mask, config) if trained_head and main_process() else None
    if main_process():
        tell(f"{len(learned.ids):,} windows to learn from, {learned.ids.size:,} subwords")
    chance = np.random.default_rng((config.seed, arguments.process_index))
    _learn(model, Hiding(learned, subwords.mask, config.hidden, chance), arguments, config, begun, resume=resume, quiet=quiet)
    if not main_process():
        return None
    done = Adapted(output, learned.ids.size, before, guessing(model, judged, subwords.mask, config))
    _write(network, folder, done, config)
    return done


def guessing(model: HiddenWords, judged: Windows, mask: int, config: AdaptationConfig) -> Guessing:
    """How well ``model`` guesses hidden words of some windows; the same words whenever it is asked with the same seed."""
    device = next(model.parameters()).device
    exam = Hiding(judged, mask, config.hidden, np.random.default_rng(config.seed), always=True)
    model.eval()
    losses, right = [], []
    for begin in range(0, len(judged.ids), config.batch_size):
        rows = [{"place": place} for place in range(begin, min(begin + config.batch_size, len(judged.ids)))]
        batch = {name: value.to(device) for name, value in exam.batch(rows).items()}
        with torch.no_grad(), autocast(device):
            logits = model(**batch)["logits"].float()
        losses.append(nn.functional.cross_entropy(logits, batch["answers"], reduction="none").cpu())
        right.append((logits.argmax(-1) == batch["answers"]).cpu())
    model.train()
    return Guessing(float(torch.cat(losses).mean()), float(torch.cat(right).float().mean()))


def _network(folder: Path, config: AdaptationConfig) -> tuple[PreTrainedModel, bool]:
    """The encoder with what turns its states into words, and whether that was trained; no dropout, because windows are seen once or twice, with other words hidden."""
    with damage_said(folder):
        settings = AutoConfig.from_pretrained(folder)
    kind = settings.model_type
    if kind not in _HEADS:
        raise TrainingError(f"{folder}: an encoder of kind {kind} cannot be adapted; allowed are {', '.join(_HEADS)}")
    if config.window > longest_input(settings):
        raise TrainingError(f"window = {config.window}; the encoder {config.encoder} reads at most {longest_input(settings)} subwords")
    settings.hidden_dropout_prob = settings.attention_probs_dropout_prob = 0.0
    with damage_said(folder), hushed():  # that the compact encoder lacks what turns states into words is no news
        network, told = AutoModelForMaskedLM.from_pretrained(folder, config=settings, dtype=torch.float32, output_loading_info=True)
    missing = told["missing_keys"]
    check_whole(folder, (name for name in missing if name.startswith(network.base_model_prefix)))
    return network, not missing


def _windows(texts: Iterable[str], subwords: Subwords, config: AdaptationConfig) -> Windows:
    if subwords.mask is None:
        raise TrainingError(f"encoder {config.encoder}: its vocabulary has no piece for a hidden word (<mask> or [MASK]), so it cannot be adapted")
    made = windows_of(stream(texts, subwords), config.window, subwords.first, subwords.last)
    if len(made.ids) < 2:
        raise TrainingError(f"the texts do not make two windows of {config.window} subwords, and some thousands are needed to learn anything: give more --texts")
    return made


def _begun(config: AdaptationConfig, folder: Path, made: Windows) -> str:
    """What a run is known by: digests of the encoder's weights and of the windows, and every value but for how long it takes."""
    weights = next((path for name in ("model.safetensors", "pytorch_model.bin") if (path := folder / name).is_file()), None)
    kept = {name: value for name, value in asdict(config).items() if name not in _MAY_CHANGE}
    told = ""
    if weights is not None:
        with weights.open("rb") as data:
            told = hashlib.file_digest(data, "sha256").hexdigest()
    return json.dumps(kept | {"weights": told[:12], "texts": hashlib.sha256(made.ids.tobytes()).hexdigest()[:12]}, sort_keys=True)


def _check_begun(run: Path, begun: str) -> None:
    noted = (run / START).read_text(encoding="utf-8") if (run / START).is_file() else begun
    if noted == begun:
        return
    try:
        old, new = json.loads(noted), json.loads(begun)
        others = [f"{name} {old.get(name)}, not {new[name]}" for name in new if old.get(name) != new[name]]
    except ValueError:
        others = ["another kind of training"]
    raise TrainingError(f"{run}: that run is of {'; '.join(others)}; give the same again with --resume, or begin anew without it")


def _learn(model: HiddenWords, learned: Hiding, arguments: TrainingArguments, config: AdaptationConfig, begun: str, *, resume: bool, quiet: bool) -> None:
    run = Path(str(arguments.output_dir))
    if resume:
        _check_begun(run, begun)
    with arguments.main_process_first(desc="looking for checkpoints"):
        checkpoint = find_checkpoint(run, resume, begun)
    rows = datasets.Dataset.from_dict({"place": range(len(learned.windows.ids))})
    optimiser = torch.optim.AdamW(_groups(model, config), fused=True)
    trainer = Trainer(model=model, args=arguments, train_dataset=rows, data_collator=learned.batch, optimizers=(optimiser, None))
    hush(trainer, quiet)
    trainer.train(resume_from_checkpoint=checkpoint)
    if main_process():
        (run / HISTORY).write_text(json.dumps({"config": asdict(config), "log": trainer.state.log_history}, indent=1) + "\n", encoding="utf-8")


def _groups(model: HiddenWords, config: AdaptationConfig) -> list[dict[str, Any]]:
    """Optimiser groups: the encoder and what is not part of it with rates of their own."""
    encoder = {id(parameter) for parameter in model.network.base_model.parameters()}
    rates = (config.head_learning_rate, config.learning_rate)
    return grouped(((name, parameter, rates[id(parameter) in encoder]) for name, parameter in model.named_parameters()), config.weight_decay)


def _write(network: PreTrainedModel, folder: Path, done: Adapted, config: AdaptationConfig) -> None:
    """The encoder alone, with the settings and vocabulary that it came with, and a note of what was done."""
    encoder: Any = network.base_model
    earlier = folder / NOTE
    note = {
        "config": asdict(config),
        "encoder_was_adapted": json.loads(earlier.read_text(encoding="utf-8")) if earlier.is_file() else None,
        "licence": licence(config.encoder),
        "subwords": done.subwords,
        "before": asdict(done.before) if done.before else None,
        "after": asdict(done.after),
    }
    with new_folder(done.folder) as made:
        with hushed():
            encoder.cpu().save_pretrained(made)
        for name in ("config.json", "tokenizer_config.json"):
            if (folder / name).is_file():
                shutil.copy(folder / name, made / name)
        copy_vocabulary(folder, made)
        (made / NOTE).write_text(json.dumps(note, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
