"""What the commands share: where they speak, how they show tables and progress, and what they say of a missing extra."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from model.errors import ThanhtichError

said = Console(stderr=True, highlight=False, soft_wrap=True)
"""Standard error: what is said to the person; what a command gives goes to standard output."""
SOME_FAILED = 3
"""Exit code: done, but some of the input gave nothing."""
ModelOption = Annotated[Path | None, typer.Option("--model", help="A model folder, or the fast.json in one; by default the model that ships with thanhtich.")]


def counted(number: int, thing: str) -> str:
    """``1 article``, ``2 articles``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def needs(*modules: str) -> None:
    """Say which extra to install where a module is missing; the last name is the extra."""
    from importlib.util import find_spec

    missing = [module for module in modules[:-1] if find_spec(module) is None]
    if missing:
        raise ThanhtichError(f"{', '.join(missing)} is not installed; this command needs the extra: pip install -e '.[{modules[-1]}]'")


def wide_console() -> Console:
    """Standard output, wide enough for our tables where it is no terminal."""
    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)


@contextmanager
def progress_bar(unit: str) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere; gives a function to call after each piece of work."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=said, disable=not said.is_terminal, transient=True) as bar:
        task = bar.add_task(unit, total=None)
        yield lambda: bar.advance(task)


def silence() -> None:
    """Let what standard output still holds go nowhere, so that Python does not fail on it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
