"""The house stands as it is described."""

from __future__ import annotations

import ast
import re
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("model", "training", "annotations", "seeds", "evaluate")


def sources() -> list[Path]:
    return [ROOT / "thanhtich.py", *(path for package in PACKAGES for path in sorted((ROOT / package).glob("*.py")))]


def test_the_name_evaluate_is_ours() -> None:
    spec = find_spec("evaluate")
    assert spec is not None and spec.origin is not None
    assert Path(spec.origin).parent == ROOT / "evaluate", "another distribution named `evaluate` is installed; remove it from this environment"


def test_no_module_hides_one_of_the_standard_library_or_says_nothing() -> None:
    names = {path.stem for path in sources()} - {"__init__"}
    assert not names & (set(sys.stdlib_module_names) - {"calibrate"})
    assert not names & {"utils", "helpers", "common", "misc"}


def test_only_commands_print() -> None:
    for path in sources():
        if path.name == "commands.py":
            continue
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"], path


def test_nothing_below_imports_the_command() -> None:
    for path in sources():
        assert path.name == "thanhtich.py" or not re.search(r"^\s*(from|import) thanhtich\b", path.read_text(encoding="utf-8"), re.MULTILINE), path


def test_every_test_file_names_what_it_tests() -> None:
    known = {f"{package}_" for package in PACKAGES} | {"thanhtich", "layout"}
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        name = path.stem.removeprefix("test_")
        assert any(name.startswith(start) for start in known), path


def test_shipped_weights_stay_small() -> None:
    weights = [path for path in (ROOT / "model" / "pretrained").glob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in weights) <= 40 * 2**20
