"""The command on real runs: what a person types, sees and is left with."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

import thanhtich
from model.runtime import Extractor
from model.schema import Achievement, AnnotatedArticle, Article, Entity, EntityType, Kind, Relation, RelationType, Span

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds" / "articles"
SCHEMA = json.loads((ROOT / "model" / "record.schema.json").read_text(encoding="utf-8"))


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command, as `main` ends it."""
    monkeypatch.setattr(sys, "argv", ["thanhtich", *arguments])
    monkeypatch.setattr(thanhtich.said, "_file", io.StringIO())
    with pytest.raises(SystemExit) as ended:
        thanhtich.main()
    code = ended.value.code
    text = thanhtich.said.file.getvalue()  # type: ignore[attr-defined]
    return int(code or 0), capsys.readouterr().out, text


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_seed_articles_to_records_and_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output = tmp_path / "records.jsonl"
    code, _, said = run(monkeypatch, capsys, "extract", str(SEEDS), "-o", str(output))
    assert code == 0, said
    records = rows(output)
    assert len(records) >= 20
    articles = {row["id"]: row for row in rows(tmp_path / "records.articles.jsonl")}
    assert len(articles) == 9
    for record in records:
        jsonschema.validate(record, SCHEMA)
        text = articles[record["article_id"]]["text"]
        fields = [record[name] for name in ("organisation", "count", "target", "period", "sentence")] + record["percentages"]
        assert all(text[f["start"] : f["end"]] == f["text"] for f in fields if f)
    assert not (tmp_path / "records.errors.jsonl").exists()
    code, _, said = run(monkeypatch, capsys, "report", str(output))
    assert code == 0, said
    assert (tmp_path / "records.html").read_text(encoding="utf-8").lower().startswith("<!doctype html")


def test_a_wanted_precision_leaves_out_what_is_less_sure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    article, output = str(ROOT / "seeds/articles/giao-thuy-2021.txt"), tmp_path / "r.jsonl"
    run(monkeypatch, capsys, "extract", article, "-o", str(tmp_path / "all.jsonl"), "--min-confidence", "0")
    code, _, said = run(monkeypatch, capsys, "extract", article, "-o", str(output), "--min-precision", "0.9")
    threshold = float(said.split("confidence ")[1].split(" and above")[0])
    sure = [row["id"] for row in rows(tmp_path / "all.jsonl") if row["confidence"] >= threshold]
    assert code == 0 and [row["id"] for row in rows(output)] == sure and "held-out dev records" in said
    assert 0 < len(sure) < len(rows(tmp_path / "all.jsonl"))


def test_extracting_twice_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    article = str(SEEDS / "giao-thuy-2021.txt")
    for name in ("a", "b"):
        assert run(monkeypatch, capsys, "extract", article, "-o", str(tmp_path / f"{name}.jsonl"))[0] == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_records_go_to_standard_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(monkeypatch, capsys, "extract", str(SEEDS / "giao-thuy-2021.txt"), "-o", "-")
    assert code == 0
    assert all(json.loads(line)["article_id"] == "giao-thuy-2021" for line in out.splitlines())
    assert out


def test_a_bad_article_costs_only_itself(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text("LĐLĐ huyện Thạch Thất\nNăm 2021, LĐLĐ huyện Thạch Thất kết nạp mới 391 đoàn viên.", encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02 binary")
    (folder / "empty.txt").write_bytes(b"")
    code, _, said = run(monkeypatch, capsys, "extract", str(folder), "-o", str(tmp_path / "r.jsonl"))
    assert code == 3
    assert "2 articles could not be read" in said
    failed = rows(tmp_path / "r.errors.jsonl")
    assert {row["id"] for row in failed} == {"bad", "empty"}
    assert all(row["reason"] and row["stage"] for row in failed)
    assert {row["article_id"] for row in rows(tmp_path / "r.jsonl")} == {"good"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("extract", "no-such-file.txt"), "no-such-file.txt"),
        (("extract", "EMPTY"), "EMPTY"),
        (("extract", "SEEDS", "--model", "EMPTY"), "model.json"),
        (("extract", "TABLE", "--text-column", "noi_dung"), "noi_dung"),
        (("extract", "SEEDS", "--min-precision", "0.5", "--min-confidence", "0.5"), "leave out --min-confidence, or --min-precision"),
        (("extract", "SEEDS", "--engine", "rya"), "allowed are local, ray"),
        (("report", "no-such-records.jsonl"), "no-such-records.jsonl"),
        (("evaluate", "--gold", "gold.jsonl"), "--texts"),
        (("evaluate", "--split", "tset"), "tset"),
        (("train", "--recipe", "compactt"), "compact, curve, fast, from_scratch, further, labels, phobert"),
        (("train", "--set", "epochs=many"), "--set"),
        (("train", "--set", "epoch=3"), "unknown epoch"),
        (("train", "--set", "learning_rate=7"), "learning_rate"),
        (("annotations", "check", "--texts", "EMPTY"), "no texts"),
    ],
)
def test_mistakes_are_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], named: str
) -> None:
    (tmp_path / "EMPTY").mkdir()
    (tmp_path / "TABLE.csv").write_text("id,text\n1,chữ\n", encoding="utf-8")
    places = {"EMPTY": str(tmp_path / "EMPTY"), "SEEDS": str(SEEDS), "TABLE": str(tmp_path / "TABLE.csv")}
    monkeypatch.chdir(tmp_path)
    code, _, said = run(monkeypatch, capsys, *(places.get(a, a) for a in arguments))
    assert code == 2, said
    assert named in said
    assert "Traceback" not in said
    assert not (tmp_path / "records.jsonl").exists()


def test_a_failed_run_leaves_the_good_result(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output = tmp_path / "records.jsonl"
    output.write_text("kept\n", encoding="utf-8")

    def broken(*_: object) -> None:
        raise thanhtich.ThanhtichError("planted")

    monkeypatch.setattr("model.partial.Partial.add", broken)
    assert run(monkeypatch, capsys, "extract", str(SEEDS), "-o", str(output))[0] == 2
    assert output.read_text(encoding="utf-8") == "kept\n"
    assert [path.name for path in tmp_path.iterdir()] == ["records.jsonl"]


def test_a_run_goes_on_with_resume_and_stops_with_strict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output = tmp_path / "r.jsonl"
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_bytes((SEEDS / "giao-thuy-2021.txt").read_bytes())
    (folder / "b.txt").write_bytes(b"")
    code, _, said = run(monkeypatch, capsys, "extract", str(folder), "-o", str(output), "--strict")
    assert code == 2 and "--strict stops at the first bad article" in said and not output.exists()
    (folder / "b.txt").write_text("Năm 2021, công đoàn không tặng quà.", encoding="utf-8")
    code, _, said = run(monkeypatch, capsys, "extract", str(folder), "-o", str(output), "--resume")
    assert code == 0 and "2 articles" in said
    code, _, said = run(monkeypatch, capsys, "extract", str(folder), "-o", str(output), "--resume")
    assert code == 0 and "2 articles done before" in said
    code, _, said = run(monkeypatch, capsys, "extract", str(folder), "-o", "-", "--resume")
    assert code == 2 and "--resume needs an output file" in said
    code, _, said = run(monkeypatch, capsys, "extract", str(folder), "-o", str(output), "--max-characters", "100")
    assert code == 3 and "too long: " in (tmp_path / "r.errors.jsonl").read_text(encoding="utf-8")


def test_a_pipe_from_standard_input_to_standard_output() -> None:
    import subprocess

    rows = (SEEDS / "ba-tin-ngan.jsonl").read_bytes() + b'{"id": "torn", "te'
    done = subprocess.run([sys.executable, "thanhtich.py", "extract", "-", "-o", "-"], cwd=ROOT, input=rows, capture_output=True, check=False)
    assert done.returncode == 3, done.stderr
    assert {json.loads(line)["article_id"] for line in done.stdout.splitlines()} <= {json.loads(line)["id"] for line in rows.splitlines()[:-1]}
    assert b"not JSON" in done.stderr and b"could not be read" in done.stderr


@pytest.mark.parametrize("command", [["extract"], ["report"], ["train"], ["evaluate"], ["build-encoder"], ["annotations", "check"], ["annotations", "add"]])
def test_help_teaches_with_an_example(command: list[str]) -> None:
    shown = CliRunner().invoke(thanhtich.app, [*command, "--help"])
    assert shown.exit_code == 0
    assert "Example: thanhtich " in " ".join(shown.output.split())


def test_extraction_needs_no_torch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys\nfor name in ('torch', 'transformers', 'datasets', 'sklearn', 'scipy'): sys.modules[name] = None\n"
        f"from model.articles import read_articles\nfrom model.runtime import Extractor\n"
        f"print(sum(len(e.records) for e in Extractor.load().extract(read_articles([{str(SEEDS / 'giao-thuy-2021.txt')!r}]))))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def written(folder: Path, name: str = "a.txt", text: str = "LĐLĐ huyện Thạch Thất\nNăm 2021, LĐLĐ huyện Thạch Thất kết nạp mới 391 đoàn viên.") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_an_input_is_never_written_over(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    article = written(tmp_path / "in", "a.jsonl", '{"id": "a", "text": "LĐLĐ huyện kết nạp mới 391 đoàn viên."}\n')
    before, output = article.read_bytes(), tmp_path / "r.jsonl"
    link = tmp_path / "same.jsonl"
    link.symlink_to(article)
    for over in (article, link):
        code, _, said = run(monkeypatch, capsys, "extract", str(article), "-o", str(over))
        assert code == 2 and "is an input" in said and article.read_bytes() == before
    run(monkeypatch, capsys, "extract", str(article), "-o", str(output))
    kept = output.read_bytes()
    for name in ("r.jsonl", "in/a.jsonl"):
        code, _, said = run(monkeypatch, capsys, "report", str(output), "-o", str(tmp_path / name))
        assert code == 2 and "ends in .html" in said
    assert output.read_bytes() == kept and article.read_bytes() == before


def test_good_records_stay_where_nothing_could_be_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output, bad = tmp_path / "r.jsonl", tmp_path / "bad.txt"
    good = written(tmp_path / "in")
    bad.write_bytes(b"\x00\x01\x02")
    run(monkeypatch, capsys, "extract", str(good), "-o", str(output))
    kept = output.read_bytes()
    code, _, said = run(monkeypatch, capsys, "extract", str(bad), "-o", str(output))
    assert code == 2 and "stays as it was" in said and "bad.txt" in said
    assert output.read_bytes() == kept
    code, _, said = run(monkeypatch, capsys, "extract", str(good), "-o", str(output))
    assert code == 0 and "in place of 1 record that stood there" in said


@pytest.mark.parametrize(("name", "todo"), [("t.xlsx", "thanhtich export"), ("t.CSV", "thanhtich export"), ("t.html", "thanhtich report")])
def test_a_table_or_page_is_no_output_of_extract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, todo: str) -> None:
    code, _, said = run(monkeypatch, capsys, "extract", str(SEEDS), "-o", str(tmp_path / name))
    assert code == 2 and todo in said and not (tmp_path / name).exists()


def test_what_was_not_read_and_what_has_no_day_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("a.txt", "b.docx", "c.pdf", "d.docx"):
        written(tmp_path / "in", name)
    code, _, said = run(monkeypatch, capsys, "extract", str(tmp_path / "in"), "-o", str(tmp_path / "in" / "r.jsonl"))
    assert code == 0 and "3 files of other kinds not read (.docx: 2, .pdf: 1)" in said and "1 article without a day of publication" in said
    code, _, said = run(monkeypatch, capsys, "extract", str(tmp_path / "in"), "-o", str(tmp_path / "in" / "r.jsonl"))
    assert "3 files of other kinds" in said, "the run's own files are not counted"
    day = '{"id": "a", "text": "Quý I, LĐLĐ huyện Thạch Thất kết nạp mới 391 đoàn viên.", "ngay_dang": "20/04/2021"}\n'
    written(tmp_path, "day.jsonl", day)
    code, _, said = run(monkeypatch, capsys, "extract", str(tmp_path / "day.jsonl"), "-o", str(tmp_path / "d.jsonl"), "--published-column", "ngay_dang")
    assert code == 0 and "day of publication" not in said
    assert rows(tmp_path / "d.jsonl")[0]["period"]["first"] == "2021-01-01"


@pytest.mark.parametrize(("given", "todo"), [("a.docx", "save it as text"), ("https://example.com/a.html", "nothing is fetched"), ("gone.txt", "no such file")])
def test_an_input_of_another_kind_says_the_way_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, given: str, todo: str) -> None:
    written(tmp_path, "a.docx")
    monkeypatch.chdir(tmp_path)
    code, _, said = run(monkeypatch, capsys, "extract", given)
    assert code == 2 and todo in said and given in said


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_the_example_of_the_readme_runs_on_bad_articles_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], readme: str) -> None:
    code = (ROOT / readme).read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    written(tmp_path / "articles")
    written(tmp_path / "articles", "b.txt", "Cả nước có 300.000 đoàn viên được kết nạp mới trong năm 2021.")
    (tmp_path / "articles" / "empty.txt").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, readme, "exec"), {})
    assert "391" in capsys.readouterr().out


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(monkeypatch, capsys, "--version")
    assert code == 0 and out.startswith("thanhtich ")


def test_a_record_none_of_whose_figures_can_be_read_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "LĐLĐ huyện nâng tỷ lệ lên 3x."
    place = Span(text.index("3x"), text.index("3x") + 2)
    found = AnnotatedArticle(Article("a", text), (Entity(place, EntityType.PERCENTAGE),), (Relation(RelationType.RATE, 0, 0),), (Achievement(0, Kind.PLAN),))
    monkeypatch.setattr(Extractor, "_found", lambda self, articles: (each for each in [found]))
    (extraction,) = Extractor.load(min_confidence=0).extract([found.article])
    assert extraction.records == () and extraction.found is found
