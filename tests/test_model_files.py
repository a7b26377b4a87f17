"""Odd files, odd names, and more of them than fit in memory at once."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from model.articles import ArticleFailure, read_articles
from model.errors import ArticleError
from model.files import Unreadable, opened, shown, walk
from model.schema import Article

TEXT = "Năm 2021, công đoàn kết nạp 391 đoàn viên."


def test_a_folder_is_walked_in_the_order_of_names_however_small_the_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{at * 7919 % 1000:03}.txt" for at in range(25)]
    for name in names:
        (tmp_path / name).touch()
    monkeypatch.setattr("model.files._SLICE", 4)
    assert [entry.name for entry in walk(tmp_path) if isinstance(entry, Path)] == sorted(names)


def test_loops_deep_folders_and_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "a" / "x.txt").touch()
    assert [entry.name for entry in walk(tmp_path) if isinstance(entry, Path)] == ["x.txt", "self"]
    deep = tmp_path / "deep"
    deep.mkdir()
    here = os.getcwd()
    try:
        os.chdir(deep)
        for _ in range(1100):
            os.mkdir("d")
            os.chdir("d")
        Path("y.txt").touch()
    finally:
        os.chdir(here)
    assert [entry.name for entry in walk(deep) if isinstance(entry, Path)] == ["y.txt"]
    subprocess.run(["rm", "-rf", str(deep)], check=True)  # too deep for Python's own removal
    (gone,) = walk(tmp_path / "gone")
    assert isinstance(gone, Unreadable) and "cannot be read" in gone.reason


def test_names_with_newlines_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    for name in (b"hai\ndong.txt", b"\xff\xfe.txt", "tiếng.txt".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(TEXT + str(name), encoding="utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfd.txt")).touch()
    found = list(read_articles([tmp_path]))
    assert {one.id for one in found} == {"hai\ndong", "\\xff\\xfe", "tiếng", "\\xfd"}
    (failure,) = (one for one in found if isinstance(one, ArticleFailure))
    assert failure.reason.encode() and failure.path == f"{tmp_path}/\\xfd.txt" == shown(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfd.txt")))


def test_zstd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zstandard = pytest.importorskip("zstandard")
    packed = zstandard.compress(b"mot\n" * 50_000)
    path = tmp_path / "a.txt.zst"
    path.write_bytes(packed + zstandard.compress(b"hai\n"))
    with opened(path) as stream:
        assert stream.read() == b"mot\n" * 50_000 + b"hai\n"
    for name, data, said in (("b", packed[:-3], "cut off"), ("c", b"no zstd at all", "not a zstd file")):
        (tmp_path / f"{name}.txt.zst").write_bytes(data)
        (failure,) = read_articles([tmp_path / f"{name}.txt.zst"])
        assert isinstance(failure, ArticleFailure) and said in failure.reason
    monkeypatch.setattr("model.files.find_spec", lambda _: None)
    with pytest.raises(ArticleError, match="pip install zstandard"):
        read_articles([path])
    assert all(isinstance(one, ArticleFailure) and "pip install zstandard" in one.reason for one in read_articles([tmp_path]))


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.csv"])
def test_an_article_of_20_megabytes_on_one_line_is_refused_at_once_and_the_next_is_read(tmp_path: Path, name: str) -> None:
    long = "kết nạp 391 đoàn viên " * 800_000
    heads = {"a.jsonl": ('{"id": "1", "text": "', f'"}}\n{{"id": "2", "text": "{TEXT}"}}\n'), "a.csv": ('id,text\n1,"a\nb', f'"\n2,"{TEXT}"\n')}
    before, after = heads.get(name, ("", ""))
    (tmp_path / name).write_text(before + long + after, encoding="utf-8")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    began = time.monotonic()
    failure, *rest = read_articles([tmp_path])
    assert time.monotonic() - began < 5
    assert isinstance(failure, ArticleFailure) and failure.stage == "length" and "too long: " in failure.reason and "--max-characters" in failure.reason
    assert [one.id for one in rest if isinstance(one, Article)] == (["2", "b"] if after else ["b"])


def test_the_limit_counts_characters_of_the_article(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    (kept,), (refused,) = (list(read_articles([path], max_characters=len(TEXT) - less)) for less in (0, 1))
    assert isinstance(kept, Article) and isinstance(refused, ArticleFailure)
    assert f"{len(TEXT)} characters, an article may have {len(TEXT) - 1} characters" in refused.reason


@pytest.mark.slow
def test_a_hundred_thousand_empty_files(tmp_path: Path) -> None:
    for folder in range(10):
        (tmp_path / str(folder)).mkdir()
        for at in range(10_000):
            os.close(os.open(tmp_path / str(folder) / f"{at}.txt", os.O_CREAT))
    number = 0
    for one in read_articles([tmp_path]):
        assert isinstance(one, ArticleFailure) and "there is no text in it" in one.reason
        number += 1
    assert number == 100_000


def test_a_runs_own_outputs_are_no_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "r.jsonl").write_text("{}\n", encoding="utf-8")
    assert [one.id for one in read_articles([tmp_path], leave_out=[tmp_path / "r.jsonl"])] == ["a"]
    assert [one.id for one in read_articles([tmp_path, tmp_path, tmp_path / "a.txt"], leave_out=[tmp_path / "r.jsonl"])] == ["a"]
