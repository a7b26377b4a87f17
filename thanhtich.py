"""The one command, ``thanhtich``: the commands of the four packages under one name, and how a person's mistake is told.

Exit codes: 0 all done; 2 the input is at fault, said in one message; 3 done, but some articles gave nothing.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

import annotations.commands as annotating
import evaluate.commands
import model.commands
import training.commands
from model.console import said, silence
from model.errors import ThanhtichError

app = typer.Typer(
    name="thanhtich",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"thanhtich {version('thanhtich')}")
        raise typer.Exit


@app.callback()
def about(shown: Annotated[bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version and stop.")] = False) -> None:
    """Vietnamese news about union work in, achievement records out.

    Example: thanhtich extract seeds/articles -o records.jsonl && thanhtich report records.jsonl
    """


for commands in (model.commands.app, training.commands.app, evaluate.commands.app):
    app.add_typer(commands)
app.add_typer(annotating.app, name="annotations")


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
        silence()


if __name__ == "__main__":
    main()
