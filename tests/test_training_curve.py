"""Learning curves: which points are tried, that done points stay done, and the picture."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import TrainingError
from training.config import read_config
from training.curve import Place, Point, learning_curve, places, read_curve
from training.curve_picture import draw


def point(sources: str = "both", share: float = 1.0, copies: int = 1, achievements: int = 100, exact: float = 0.5, gold: float | None = None) -> Point:
    return Point(sources, share, copies, 10, achievements, exact, exact, gold, gold)


def test_every_source_at_every_share_and_once_without_copies() -> None:
    assert len(places(1)) == 10
    assert Place("both", 1.0, 0) in places(1)
    assert {place.copies for place in places(0)} == {0}


def test_a_recipe_without_steps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="steps"):
        learning_curve(read_config("compact"), tmp_path / "c.json", None)


def test_points_that_are_done_are_not_trained_again(tmp_path: Path) -> None:
    output = tmp_path / "c.json"
    done = [point("written", share, 1) for share in (0.5, 1.0)]
    output.write_text(json.dumps([asdict(p) for p in done]))
    # Without texts only the written part is tried, and all of it is there: nothing is trained, or this would take minutes.
    assert learning_curve(read_config("curve"), output, None, shares=(0.5, 1.0)) == done


def test_another_file_is_not_taken_for_a_curve(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"a": 1}')
    with pytest.raises(TrainingError, match="no learning curve"):
        read_curve(tmp_path / "c.json")


@given(st.lists(st.builds(point, st.sampled_from(["written", "real", "both"]), st.floats(0.1, 1), st.integers(0, 1), st.integers(0, 9999), st.floats(0, 1)), max_size=8))
def test_the_picture_holds_every_point_inside_itself(points: list[Point]) -> None:
    root = ElementTree.fromstring(draw(points))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    marks = [e for e in root.iter("{http://www.w3.org/2000/svg}circle") if len(e)]
    assert len(marks) == len(points)
    assert all(0 <= float(e.attrib["cx"]) <= width and 0 <= float(e.attrib["cy"]) <= height for e in marks)


def test_the_second_panel_is_there_only_with_gold() -> None:
    assert "gold file" not in draw([point()])
    assert "gold file" in draw([point(gold=0.4)])
