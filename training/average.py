"""One network out of several that went on from one another, or out of the epochs of a run: their weights averaged (a soup, Wortsman et al. 2022).

Such networks lie in one valley of the loss; the mean of their weights is often better than each, at no cost to extraction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

State = dict[str, Tensor]
Figures = dict[str, float]


def checkpoint_states(folder: Path) -> dict[int, Callable[[], State]]:
    """What reads the weights of each checkpoint that a run left in ``folder``, by its step."""
    return {int(path.parent.name.split("-")[1]): partial(load_file, path) for path in folder.glob("checkpoint-*/model.safetensors")}


def joined(mean: State, number: int, state: State) -> State:
    """The mean of ``number`` states and one more."""
    return weighted([mean, state], [number, 1])


def weighted(states: Sequence[State], shares: Sequence[float]) -> State:
    """The mean of states with these shares, which need not add up to 1; what is no floating-point number stays as the first had it."""

    def mean(name: str) -> Tensor:
        return torch.stack([state[name] * share for state, share in zip(states, shares, strict=True)]).sum(0) / sum(shares)

    return {name: mean(name) if value.is_floating_point() else value for name, value in states[0].items()}


def greedy_average(model: nn.Module, states: Sequence[Callable[[], State]], alone: Sequence[Figures], judge: Callable[[], Figures], metric: str) -> tuple[int, Figures]:
    """Give ``model`` the best mean of some of the states: they join one by one, the best first, where dev does not get worse.

    Args:
        model: is given the weights that are judged, and at the end the best.
        states: at least one; each is read when its turn comes.
        alone: the dev figures of each of them.
        judge: the dev figures of ``model`` as it stands.
        metric: which figure decides; higher is better.

    Returns:
        How many states the mean is of, and its figures.
    """
    first, *others = sorted(range(len(states)), key=lambda place: (-alone[place][metric], place))
    best, figures, number = states[first](), alone[first], 1
    for place in others:
        candidate = joined(best, number, states[place]())
        model.load_state_dict(candidate)
        found = judge()
        if found[metric] >= figures[metric]:
            best, figures, number = candidate, found, number + 1
    model.load_state_dict(best)
    return number, figures
