"""One network out of the epochs of a run: their weights averaged, as far as dev says that it helps (a greedy soup, Wortsman et al. 2022).

Epochs that went on from one another lie in one valley of the loss; the mean of their weights is often better than each, at no cost to extraction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

State = dict[str, Tensor]


def checkpoint_states(folder: Path) -> dict[int, State]:
    """The weights of every checkpoint that a run left in ``folder``, by its step."""
    return {int(path.parent.name.split("-")[1]): load_file(path) for path in folder.glob("checkpoint-*/model.safetensors")}


def mean(states: Sequence[State]) -> State:
    """The mean of each weight; what is no floating-point number is the first one's."""
    first = states[0]
    return {name: torch.stack([state[name] for state in states]).mean(0) if value.is_floating_point() else value for name, value in first.items()}


def greedy_average(model: nn.Module, states: Sequence[State], alone: Sequence[float], judge: Callable[[], float]) -> tuple[int, float]:
    """Give ``model`` the best mean of some of the states: they join one by one, the best first, where dev does not get worse.

    Args:
        model: is given the weights that are judged, and at the end the best.
        states: at least one.
        alone: the dev figure of each of them.
        judge: the same figure of ``model`` as it stands; higher is better.

    Returns:
        How many states the mean is of, and its figure.
    """
    order = sorted(range(len(states)), key=lambda place: (-alone[place], place))
    chosen, best = [states[order[0]]], alone[order[0]]
    for place in order[1:]:
        model.load_state_dict(mean([*chosen, states[place]]))
        figure = judge()
        if figure >= best:
            chosen, best = [*chosen, states[place]], figure
    model.load_state_dict(mean(chosen))
    return len(chosen), best
