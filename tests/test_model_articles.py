"""Reading articles from everything people have, and above all from what is broken."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import tables
from model.articles import ArticleFailure, Found, kind_of, read_articles
from model.errors import ArticleError
from model.schema import Article, Span

TITLE = "Công đoàn huyện Sông Lam vượt chỉ tiêu"
LEAD = "Năm 2021, Công đoàn huyện Sông Lam kết nạp mới 391 đoàn viên, vượt 30,3% chỉ tiêu được giao."
TEXT = f"{TITLE}\n\n{LEAD}\n"
PARAGRAPHS = "".join(f"<p>{LEAD} Đây là đoạn văn thứ {at} của bài viết về công tác công đoàn.</p>" for at in range(5))
PAGE = f"""<!doctype html><html><head><meta charset="utf-8"><title>{TITLE} | Báo Sông Lam</title><meta property="og:title" content="{TITLE}">
<meta property="og:site_name" content="Báo Sông Lam"><meta property="article:published_time" content="2021-12-30T08:00:00+07:00"></head>
<body><nav><a href="/">Trang chủ</a> <a href="/t">Thể thao</a></nav><article><h1>{TITLE}</h1>{PARAGRAPHS}</article>
<footer>Giấy phép số 12</footer></body></html>"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def _write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


def read(*inputs: Path | str, **options: str) -> list[Found]:
    return list(read_articles(inputs, **options))


def one(*inputs: Path | str, **options: str) -> Article:
    (found,) = read(*inputs, **options)
    assert isinstance(found, Article), found
    return found


def failure(*inputs: Path | str) -> ArticleFailure:
    (found,) = read(*inputs)
    assert isinstance(found, ArticleFailure)
    return found


def kinds(found: list[Found]) -> list[str | None]:
    return [f"!{entry.stage}" if isinstance(entry, ArticleFailure) else entry.id for entry in found]


def jsonl(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_a_text_file_is_one_article_with_the_whole_file_as_text(write: Callable[..., Path]) -> None:
    found = one(write("bai.01.txt", TEXT))
    assert (found.id, found.text, found.title) == ("bai.01", TEXT, TITLE)
    assert found.body == (Span(0, len(TEXT) - 1),)
    assert (found.published, found.published_from, found.source) == (None, None, None)


def test_the_text_is_what_read_text_gives_in_nfc(write: Callable[..., Path]) -> None:
    path = write("a.txt", unicodedata.normalize("NFD", TEXT).replace("\n", "\r\n") + "x\ry")
    assert one(path).text == unicodedata.normalize("NFC", path.read_text(encoding="utf-8")) == TEXT + "x\ny"


def test_the_day_is_taken_from_the_page_but_not_from_other_stories_below(write: Callable[..., Path]) -> None:
    dated = one(write("a.txt", f"{TITLE}\nThứ Năm, 30/12/2021 08:00\n{LEAD}\n"))
    assert dated.published == date(2021, 12, 30)
    assert dated.published_from is not None and "30/12/2021" in dated.published_from
    below = f"{TITLE}\n{LEAD}\nTin khác\nGiá vàng sáng nay giảm mạnh\nKinh tế 20/04/2025 21:57\n"
    assert one(write("b.txt", below)).published is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings(write: Callable[..., Path], encoding: str) -> None:
    assert one(write("a.txt", TEXT.encode(encoding))).text == TEXT
    assert one(write("b.jsonl", jsonl({"id": "1", "text": TEXT}).encode(encoding))).text == TEXT
    assert one(write("c.csv", f'id,text\n1,"{TEXT}"\n'.encode(encoding))).text == TEXT


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_packed_files(write: Callable[..., Path], suffix: str, pack: Callable[[bytes], bytes]) -> None:
    assert one(write(f"a.txt{suffix}", pack(TEXT.encode()))).id == "a"
    assert one(write(f"b.jsonl{suffix}", pack(jsonl({"id": "x", "text": TEXT}).encode()))).id == "x"
    torn = pack(jsonl(*({"id": str(at), "text": TEXT * 30 + str(at)} for at in range(99))).encode())[:-40]
    assert kinds(read(write(f"c.jsonl{suffix}", torn)))[-1] == "!open"
    assert failure(write(f"d.txt{suffix}", b"no archive")).stage == "open"


def test_a_saved_page(write: Callable[..., Path]) -> None:
    found = one(write("trang.html", unicodedata.normalize("NFD", PAGE)))
    assert (found.id, found.title, found.source) == ("trang", TITLE, "Báo Sông Lam")
    assert (found.published, found.published_from) == (date(2021, 12, 30), "metadata")
    assert LEAD in found.text and "Trang chủ" not in found.text and "Giấy phép" not in found.text
    assert found.body == (Span(0, len(found.text)),) and unicodedata.is_normalized("NFC", found.text)


@pytest.mark.parametrize("page", ["<html></html>", "<html><body><script>x()</script></body></html>", "<"])
def test_a_page_without_an_article_says_so(write: Callable[..., Path], page: str) -> None:
    assert failure(write("a.html", page)).stage == "parse"


def test_a_row_gives_all_its_columns(write: Callable[..., Path], tmp_path: Path) -> None:
    row = {"id": 7, "text": TEXT, "title": " Tiêu đề ", "source": "laodong.vn", "published": "2021-12-30T10:00:00", "more": 1}
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.Table.from_pylist([row]), tmp_path / "c.parquet")
    quoted = TEXT.replace('"', '""')
    for path in (
        write("a.jsonl", jsonl(row)),
        write("b.csv", f'more;published;id;source;title;text\n1;30/12/2021;7;laodong.vn;Tiêu đề;"{quoted}"\n'),
        tmp_path / "c.parquet",
    ):
        found = one(path)
        assert (found.id, found.text, found.title, found.source) == ("7", TEXT, "Tiêu đề", "laodong.vn")
        assert (found.published, found.published_from) == (date(2021, 12, 30), "metadata")


def test_other_names_of_columns(write: Callable[..., Path]) -> None:
    path = write("a.jsonl", jsonl({"ma": "1", "noi_dung": TEXT, "tieu_de": "T"}))
    found = one(path, text_column="noi_dung", id_column="ma", title_column="tieu_de")
    assert (found.id, found.text, found.title) == ("1", TEXT, "T")


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonl", jsonl({"id": "1", "noi_dung": TEXT})), ("a.csv", f'id,noi_dung\n1,"{TEXT}"\n'), ("a.parquet", b"")]
)
def test_a_missing_column_names_those_found_and_the_option(write: Callable[..., Path], name: str, content: str | bytes) -> None:
    path = write(name, content)
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow.parquet").write_table(pytest.importorskip("pyarrow").table({"id": ["1"], "noi_dung": [TEXT]}), path)
    with pytest.raises(ArticleError, match=r"no column 'text', found 'id', 'noi_dung'; say which one to take with --text-column"):
        read_articles([path])
    with pytest.raises(ArticleError, match=r"no column 'ma', .*--id-column"):
        read_articles([path], text_column="noi_dung", id_column="ma")
    good = write("tot/b.txt", TEXT)
    (path.parent / "tot" / path.name).write_bytes(path.read_bytes())
    found = read(good.parent)
    assert sorted(map(str, kinds(found))) == ["!parse", "b"]


def test_bad_lines_never_cost_good_ones(write: Callable[..., Path]) -> None:
    good = jsonl({"id": "1", "text": TEXT})
    lines = [
        good.encode(),
        b'{"id": "2", "text": "n\xe1\xbb"}\n',  # torn character
        b'{"text": "no id"}\n',
        b'{"id": "", "text": "empty id"}\n',
        b'{"id": true, "text": "no id either"}\n',
        b"\n",
        b'["a list"]\n',
        b'{"id": "8", "text": 5}\n',
        b'{"id": "9", "text": "\\ud800"}\n',
        b'{"id": "10", "text": "a\\u0000b"}\n',
        b'{"id": "11", "text": "  "}\n',
        b'{"id": "12"}\n',
        jsonl({"id": "13", "text": TEXT}).encode(),
        b'{"id": "14", "text": "torn',
    ]
    path = write("a.jsonl", b"".join(lines))
    found = read(path)
    assert [entry.id for entry in found if isinstance(entry, Article)] == ["1", "13"]
    failures = [entry for entry in found if isinstance(entry, ArticleFailure)]
    assert [entry.reason.split(": ")[0] for entry in failures] == [f"{path}, line {at}" for at in (2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 14)]
    reasons = " ".join(entry.reason for entry in failures)
    assert "byte 0xE1 at position 22" in reasons and "no column 'id', found 'text'" in reasons and "not JSON" in reasons
    assert [entry.id for entry in failures] == [None] * 5 + ["8", "9", "10", "11", "12", None]


def test_bad_csv_rows_never_cost_good_ones(write: Callable[..., Path]) -> None:
    rows = [b"id,text\n", b'1,"a, b\n""c"""\n', b"2,n\xff\n", b'3,"x"y"\n', b"\n", b",no id\n", b"5\n", "6,được\n".encode(), b'7,"torn\n']
    found = read(write("a.csv", b"".join(rows)))
    assert kinds(found) == ["1", "!decode", "!parse", "!parse", "!parse", "6", "!parse"]
    assert isinstance(found[0], Article) and found[0].text == 'a, b\n"c"'


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.html"])
@pytest.mark.parametrize("content", [b"", b"  \n\n", b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xd8\xff\xe0", b"\xff\xfe\x00"])
def test_empty_and_binary_files_are_said_and_the_next_is_read(write: Callable[..., Path], name: str, content: bytes) -> None:
    folder = write(f"f/{name}", content).parent
    write("f/z.txt", TEXT)
    *bad, good = read(folder)
    assert isinstance(good, Article) and good.id == "z"
    assert bad and all(isinstance(entry, ArticleFailure) and str(folder / name) in entry.reason for entry in bad)


def test_a_damaged_parquet_file_is_one_failure(write: Callable[..., Path]) -> None:
    assert failure(write("a.parquet", b"PAR1 not really PAR1")).stage == "parse"


def test_folders_are_read_in_order_and_loops_are_not_followed(write: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("f/b.txt", "f/a/z.txt", "f/a/B.TXT", "f/c.pdf", "f/.hidden.txt", "f/ảnh.txt"):
        write(name, TEXT)
    (tmp_path / "f/a/loop").symlink_to(tmp_path / "f", target_is_directory=True)
    (tmp_path / "f/self").symlink_to(tmp_path / "f/self")
    (tmp_path / "f/gone.txt").symlink_to(tmp_path / "nowhere.txt")
    assert kinds(read(tmp_path / "f")) == ["B", "z", "b", "!open", "ảnh"]
    assert kinds(read(tmp_path / "f", tmp_path / "f/b.txt")) == ["B", "z", "b", "!open", "ảnh"]


@pytest.mark.parametrize(
    ("name", "says"),
    [("nowhere.txt", "there is no such file or folder"), ("a.docx", "cannot read a file of this kind"), ("p.parquet.gz", "of this kind")],
)
def test_an_input_that_cannot_be_is_refused_before_anything_is_read(write: Callable[..., Path], tmp_path: Path, name: str, says: str) -> None:
    write("a.docx", b"PK")
    write("p.parquet.gz", b"x")
    with pytest.raises(ArticleError, match=says) as error:
        read_articles([write("good.txt", TEXT), tmp_path / name])
    assert ".txt .html .htm .jsonl .csv .parquet" in str(error.value)


def test_a_folder_without_articles_tells_what_is_there(write: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArticleError, match=r"no articles in this folder, found no files"):
        read_articles([tmp_path / "empty"])
    write("f/a.pdf", b"")
    write("f/b/c.pdf", b"")
    write("f/b/README", b"")
    with pytest.raises(ArticleError, match=r"found 3 other files \(\.pdf: 2, no suffix: 1\); articles are files ending in \.txt"):
        read_articles([tmp_path / "f"])


def test_no_input_at_all() -> None:
    with pytest.raises(ArticleError, match="no input"):
        read_articles([])


def test_a_file_that_may_not_be_read_is_a_failure(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("f/a.txt", "f/b.jsonl", "f/c.txt"):
        write(name, jsonl({"id": "b", "text": TEXT}))
    really = tables.opened

    def refuse(path: Path) -> Any:  # root may read everything, so the refusal is played
        if path.name != "c.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)

    monkeypatch.setattr("model.articles.opened", refuse)
    monkeypatch.setattr("model.tables.opened", refuse)
    found = read(tmp_path / "f")
    assert kinds(found) == ["!open", "!open", "c"]
    assert "Permission denied" in str(found[0])
    assert failure(tmp_path / "f/b.jsonl").stage == "open"


def test_a_folder_that_may_not_be_read_is_a_failure(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write("f/shut/a.txt", TEXT)
    write("f/z.txt", TEXT)
    really = os.scandir

    def refuse(folder: Path) -> Any:
        if Path(folder).name == "shut":
            raise PermissionError(13, "Permission denied", str(folder))
        return really(folder)

    monkeypatch.setattr("model.files.os.scandir", refuse)
    assert kinds(read(tmp_path / "f")) == ["!open", "z"]


def test_a_second_article_with_the_same_id_names_the_first(write: Callable[..., Path], tmp_path: Path) -> None:
    first = write("f/a.txt", TEXT)
    rows = write("f/b.jsonl", jsonl({"id": "x", "text": "Một."}, {"id": "x", "text": "Hai."}, {"id": "a", "text": TEXT}))
    found = read(tmp_path / "f")
    assert kinds(found) == ["a", "x", "!duplicate", "!duplicate"]
    other, same = (entry for entry in found if isinstance(entry, ArticleFailure))
    assert other.reason.startswith(f"{rows}, line 2: ") and f"another text in {rows}, line 1" in other.reason and other.path == str(rows)
    assert same.id == "a" and f"the same text in {first}" in same.reason


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TEXT.encode(), ["stdin"]),
        (b"\xef\xbb\xbf" + TEXT.encode(), ["stdin"]),
        (b"\n \n" + jsonl({"id": "1", "text": TEXT}, {"id": "2", "text": TEXT + "!"}).encode() + b"{torn", ["1", "2", "!parse"]),
        (b"", ["!parse"]),
        (b"\xff\x00", ["!decode"]),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, expected: list[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert kinds(read("-")) == expected


def test_reading_streams(write: Callable[..., Path]) -> None:
    path = write("a.jsonl", jsonl(*({"id": str(at), "text": TEXT} for at in range(5))) + "{")
    assert next(read_articles([path])) == one(write("0.txt", TEXT))


@pytest.mark.parametrize(
    ("name", "expected"), [("a.HTM", ".htm"), ("a.jsonl.xz", ".jsonl"), ("a.gz", None), ("a", None), ("a.parquet.xz", None), ("x.txt.bak", None)]
)
def test_kinds_of_files(name: str, expected: str | None) -> None:
    assert kind_of(Path(name)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-2-3", date(2021, 2, 3)),
        ("3/2/2021 10:00", date(2021, 2, 3)),
        ("2021-02-30", None),
        ("31/12/20211", None),
        (None, None),
        (20211230, None),
    ],
)
def test_days_of_metadata(value: object, expected: date | None) -> None:
    assert tables.parse_day(value) == expected


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_articles_or_failures_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("a.txt", "b.jsonl", "c.csv", "d.parquet", "e.txt.gz", "f.jsonl.xz"):
        (folder / name).write_bytes(data)
    for found in read(folder):
        if isinstance(found, Article):
            assert unicodedata.is_normalized("NFC", found.text) and found.text.strip() and found.body
        else:
            assert found.reason
