"""What looking over the annotations finds, on planted mistakes and on the corpus as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import ARTICLES, write_corpus

from annotations.check import check_all, check_article, count_all
from annotations.markup import parse
from annotations.store import CORPUS, SPLITS
from model.errors import AnnotationError
from model.schema import EntityType


def flaws(body: str, header: str = "published: 2021-12-20\n---\n") -> list[str]:
    return [f"{f.place}: {f.reason}" for f in check_article(parse(header + body, "bai"), "bai")]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Đã {nhận|I1} {4,2 tấn|C1} {gạo|I1}", "bai:8: COUNT '4,2 tấn' in “Đã nhận 4,2 tấn gạo” cannot be read as a number"),
        ("{kết nạp|I1} {12 đoàn viên|C1} {mới|I1}", "COUNT '12 đoàn viên'"),
        ("{giảm|I1} {80-10|T1} {điểm|I1}", "TARGET '80-10'"),
        ("{tỷ lệ|I1} {98|P1:result:other}", "PERCENTAGE '98'"),
        ("{tỷ lệ|I1} {98% kế hoạch|P1:result:other}", "PERCENTAGE '98% kế hoạch'"),
        ("{nhà|I1} {3|C1} {lần thứ XII|D1}", "DATE 'lần thứ XII' in “nhà 3 lần thứ XII” is no time that can be read; write `date: lần thứ XII ="),
    ],
)
def test_a_span_that_cannot_be_read_is_found(body: str, wanted: str) -> None:
    (found,) = flaws(body)
    assert wanted in found


@pytest.mark.parametrize(
    "body",
    [
        "{thu|I1} {37,13 tỷ đồng|C1}, đạt {130,3%|P1} {quý I/2021|D1}",
        "{tỷ lệ|I1} {7,15%|P1:result:other}, kế hoạch {7,5%|T1} {dịp Tết|D1}",
        "{kết nạp|I1} {hai mươi lăm|C1} {đoàn viên|I1} {đến nay|D1}",
    ],
)
def test_what_the_guide_asks_for_is_no_finding(body: str) -> None:
    assert flaws(body) == []


def test_days_written_down_by_a_person_settle_a_date() -> None:
    assert flaws("{nhà|I1} {3|C1} {lần thứ XII|D1}", "date: lần thứ XII = 2021-01-01..2021-01-02\n---\n") == []


def test_a_sound_corpus_has_no_finding(tmp_path: Path) -> None:
    assert check_all(write_corpus(tmp_path)) == ([], sum(map(len, ARTICLES.values())))


def test_the_same_text_or_name_in_two_splits_is_found(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path)
    marked = ARTICLES["train"]["song-lam"]
    (folder / "dev" / "other-name.txt").write_text(marked, encoding="utf-8")
    (folder / "dev" / "song-lam.txt").write_text(marked.replace("40 km", "41 km"), encoding="utf-8")
    findings, _ = check_all(folder)
    assert [f.place for f in findings] == ["dev/other-name", "dev/song-lam"]
    assert all("stands already as train/song-lam; an article belongs to one split, once" in f.reason for f in findings)


def test_broken_files_and_texts_that_do_not_join_are_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_corpus(tmp_path / "corpus")
    (folder / "train" / "bad.txt").write_text("---\n{12|C}", encoding="utf-8")
    (tmp_path / "d1.txt").write_text("Một", encoding="utf-8")
    standoff = tmp_path / "standoff"
    standoff.mkdir()
    (standoff / "a.jsonl").write_text(json.dumps({"doc": "d1", "sha256": "0" * 64, "split": "train"}) + "\n", encoding="utf-8")
    monkeypatch.setattr("annotations.store.read_standoff.__defaults__", (standoff, None))
    findings, count = check_all(folder, tmp_path / "d1.txt")
    assert count == sum(map(len, ARTICLES.values())) + 2
    assert [Path(f.place.split(":")[0]).name for f in findings] == ["bad.txt", "a.jsonl"]


def test_the_projects_own_corpus_has_no_finding() -> None:
    findings, count = check_all()
    assert count == sum(1 for split in SPLITS for _ in (CORPUS / split).glob("*.txt")) > 0
    assert not findings, "\n".join(f"{f.place}: {f.reason}" for f in findings[:20])


def test_the_count_has_a_row_for_each_source_and_split() -> None:
    rows = list(count_all())
    assert [row[:2] for row in rows] == [(source, split) for source in ("written", "real") for split in SPLITS]
    assert all(len(row) == 5 + len(EntityType) for row in rows)
    for _, split, articles, empty, achievements, *types in rows[:3]:
        assert articles == len(list((CORPUS / str(split)).glob("*.txt")))
        assert 0 < int(str(empty)) < int(str(articles)) and int(str(achievements)) <= sum(map(int, map(str, types)))


def test_a_flat_folder_of_marked_files_is_checked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("published: none\n---\n{nhà|I1} {3|C1:result:nonsense}\n", encoding="utf-8")
    findings, seen = check_all(tmp_path)
    assert seen == 1 and "nonsense" in findings[0].reason


def test_nothing_to_check_is_said(tmp_path: Path) -> None:
    for folder, said in ((tmp_path / "gone", "no such folder"), (tmp_path, "no marked articles")):
        with pytest.raises(AnnotationError, match=said):
            check_all(folder)
