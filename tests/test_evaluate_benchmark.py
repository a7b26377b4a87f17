"""The benchmark: figures from given timings, processes that fail, what a person is told, and small real runs."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

import thanhtich
from evaluate import benchmark_worker
from evaluate.benchmark import Settings, benchmark, check_outputs, read_data
from evaluate.benchmark_jobs import OURS, PHOBERT_BASE, EncoderSizes, Job, Run, Total, read_job, write_job
from evaluate.benchmark_machine import Machine, environment
from evaluate.benchmark_picture import draw
from evaluate.benchmark_profile import PLACES, REST, STAGES, Clock, EncoderWork, Profile, encoder_work, product_rates, profile, timers
from evaluate.benchmark_results import Benchmark, Data, Measured, Spread, ratios, spread
from evaluate.benchmark_rivals import RIVALS, Rival, missing, word_ids
from evaluate.benchmark_tables import BEGIN, COLUMNS, END, check_markdown, figure, markdown, notes, profile_notes, rows, stage_rows, table, write_markdown
from evaluate.benchmark_worker import outcome, run_ours, run_rival, timed
from model.config import DEFAULT_MODEL, SELECTION
from model.errors import ArticleError, OutputError, ThanhtichError

TEXT = "LĐLĐ huyện Sông Lam\nNăm 2021, LĐLĐ huyện Sông Lam kết nạp mới 391 đoàn viên.\nHội trường chật kín chỗ ngồi.\n"
TINY = EncoderSizes(layers=1, hidden=8, heads=2, inner=16, vocabulary=300, positions=40)
SENTENCES = tuple(f"Công đoàn trao {number} suất quà." for number in range(40))
SPREAD = {"type": "object", "required": ["low", "middle", "high"], "additionalProperties": False, "properties": {key: {"type": "number"} for key in ("low", "middle", "high")}}
PERHAPS = {"anyOf": [SPREAD, {"type": "null"}]}
MEASURED = {
    "type": "object",
    "required": ["name", "title", "runs", "colds", "skipped", "sentences", "words", "articles", "first_cold", "first_warm", "peak_bytes"],
    "properties": {
        **dict.fromkeys(("sentences", "words", "articles", "first_cold", "first_warm", "ratio"), PERHAPS),
        "runs": {"type": "array", "items": {"type": "object", "required": ["sentences", "words", "seconds", "peak_bytes"]}},
        "skipped": {"type": ["string", "null"]},
        "peak_bytes": {"type": ["integer", "null"]},
    },
}
RESULT = {
    "type": "object",
    "required": ["command", "date", "model", "threads", "seconds", "repeats", "machine", "data", "ours", "rivals", "profile"],
    "additionalProperties": False,
    "properties": {
        **{key: {"type": "string"} for key in ("command", "date", "model")},
        **{key: {"type": "integer"} for key in ("threads", "repeats")},
        "seconds": {"type": "number"},
        "machine": {"type": "object", "required": ["processor", "system", "cores", "load", "versions"]},
        "data": {"type": "object", "required": ["total", "characters", "failed", "digest"]},
        "ours": MEASURED,
        "rivals": {"type": "array", "items": {**MEASURED, "required": [*MEASURED["required"], "ratio"]}},  # type: ignore[misc]
        "profile": {"anyOf": [{"type": "null"}, {"type": "object", "required": ["seconds", "plain", "stages", "shares", "floor", "rates"]}]},
    },
}
"""The file that --json writes."""


def read(sentences: int, seconds: float, articles: int | None = None) -> Run:
    return Run(sentences, 20 * sentences, seconds, None, 0.5, 300_000_000, articles)


def result(load: float = 0.0, profiled: Profile | None = None) -> Benchmark:
    """Ours reads 100, 50 and 200 sentences a second; one rival 10, 10 and 40, another is not there."""
    ours = Measured(OURS, "ours", (read(100, 1, 4), read(100, 2, 4), read(100, 0.5, 4)), (1.0, None, 3.0))
    slow = Measured("torch-32", "slow <one>", (replace(read(10, 1), note="said of it"), read(20, 2), read(20, 0.5)), (9.0, 9.0, 9.0))
    gone = Measured("underthesea", "gone", skipped="underthesea is not installed: pip install it")
    machine = Machine("Some CPU", "Linux", 2, load, {"python": "3.11"})
    data = Data(Total(4, 100, 2000), 9000, 1, "d" * 64)
    return Benchmark("thanhtich benchmark", "2026-11-22T10:00+00:00", machine, data, "compact@1", 2, 20.0, 3, ours, (slow, gone), profiled)


PROFILE = Profile(
    2.0, 1.9, dict.fromkeys(STAGES, 0.0) | {"encoder": 1.5, "writing": 0.5}, 3, 900, 30e9, {"8-bit MatMulNBits (ours)": 50e9, "8-bit MatMulInteger": 100e9, "fp32 MatMul": 400e9}
)


def job(**changed: object) -> Job:
    whole = Job("torch-32", (), SENTENCES, Total(1, 40, 200), 0.01, 1, str(DEFAULT_MODEL / "tokenizer.json"), compact=replace(TINY, vocabulary=0), phobert=TINY)
    return replace(whole, **changed)  # type: ignore[arg-type]


# Figures from given timings


def test_a_ratio_is_of_neighbours_in_time() -> None:
    # The machine is twice as slow in the second turn: both suffer, and the ratio stays.
    assert ratios([100.0, 50.0], [10.0, 5.0]) == Spread(10.0, 10.0, 10.0)
    found = result()
    assert found.ratio(found.rivals[0]) == Spread(5.0, 5.0, 10.0)
    assert found.ratio(found.rivals[1]) is None


def test_rates_and_first_results_come_with_their_spread() -> None:
    ours = result().ours
    assert (ours.sentences, ours.words) == (Spread(50.0, 100.0, 200.0), Spread(1000.0, 2000.0, 4000.0))
    assert ours.articles == Spread(2.0, 4.0, 8.0)
    assert ours.first_cold == Spread(1.0, 2.0, 3.0), "a turn without any record is no figure"
    assert result().rivals[0].articles is None
    assert spread([]) is None


def test_the_table_shows_everyone_and_says_who_was_skipped() -> None:
    ours, slow, gone = rows(result())
    assert ours[:4] == ("ours", "100 (50..200)", "2,000 (1,000..4,000)", "4.0 (2.0..8.0)")
    assert ours[-1] == ""
    assert slow[-1] == "5.0 (5.0..10) times"
    assert slow[-2] == "300"
    assert gone[:2] == ("gone", "skipped")
    assert {len(row) for row in (ours, slow, gone)} == {len(COLUMNS)}
    assert table(result()).row_count == 3


def test_figures_keep_two_digits() -> None:
    assert [figure(Spread(v, v, v)) for v in (0.0123, 1.27, 9.96, 31.4, 1234.5)] == ["0.012", "1.3", "10.0", "31", "1,234"]
    assert figure(None) == ""


def test_the_notes_name_data_machine_and_what_to_install() -> None:
    said = "\n".join(notes(result()))
    for part in ("Some CPU", "2 threads", "python 3.11", "4 articles (1 more could not be read)", "digest dddddddddddd", "thanhtich benchmark", "pip install it", "said of it"):
        assert part in said
    assert "NOT FOR QUOTING" not in said


def test_a_busy_machine_is_told() -> None:
    assert any(line.startswith("NOT FOR QUOTING: 2.5") for line in notes(result(load=2.5)))


def test_the_json_holds_every_figure(tmp_path: Path) -> None:
    for profiled in (None, PROFILE):
        result(profiled=profiled).write(tmp_path / "speed.json")
        row = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
        jsonschema.validate(row, RESULT)
        assert row["ours"]["sentences"] == {"low": 50.0, "middle": 100.0, "high": 200.0}
        assert [rival["ratio"] and rival["ratio"]["middle"] for rival in row["rivals"]] == [5.0, None]
        assert len(row["rivals"][0]["runs"]) == 3
    assert row["profile"]["shares"]["encoder"] == 0.75


def test_the_floor_is_the_work_at_the_best_8_bit_rate() -> None:
    assert PROFILE.floor == pytest.approx(0.3), "the fp32 rate is higher here, and does not count"
    said = "\n".join(profile_notes(PROFILE))
    assert "0.30 s" in said and "5.0 times" in said and "3 windows" in said
    assert ("encoder", "1.50", "75.0%") in stage_rows(PROFILE)
    assert stage_rows(PROFILE)[-1] == ("all", "2.00", "100.0%")


def test_the_picture_has_a_bar_inside_it_for_everyone_measured() -> None:
    root = ElementTree.fromstring(draw(result()))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    bars = list(root.iter("{http://www.w3.org/2000/svg}rect"))
    assert len(bars) == 2
    assert float(bars[0].attrib["width"]) > 5 * float(bars[1].attrib["width"])
    assert all(float(b.attrib["x"]) + float(b.attrib["width"]) <= width and float(b.attrib["y"]) + float(b.attrib["height"]) <= height for b in bars)


# A page with figures


def test_figures_go_between_the_marks_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text(f"# Speed\n\n{BEGIN}\nWEATHERED\n{END}\n\nAfter.\n", encoding="utf-8")
    for _ in range(2):
        check_markdown(page)
        write_markdown(result(profiled=PROFILE), page)
    text = page.read_text(encoding="utf-8")
    assert text == f"# Speed\n\n{markdown(result(profiled=PROFILE))}\n\nAfter.\n"
    assert "WEATHERED" not in text and "| encoder | 1.50 | 75.0% |" in text


def test_a_new_page_is_made_and_can_be_written_again(tmp_path: Path) -> None:
    check_markdown(tmp_path / "new.md")
    write_markdown(result(), tmp_path / "new.md")
    check_markdown(tmp_path / "new.md")


def test_the_shipped_page_has_its_marks() -> None:
    check_markdown(Path(__file__).parent.parent / "docs" / "speed.md")


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "mine.md"
    page.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="no place for the figures"):
        check_markdown(page)
    assert page.read_text(encoding="utf-8") == "mine"


# Rivals


def test_a_rival_stops_when_its_time_is_up_and_when_all_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    now, given = [0.0], []

    def step(sentences: object) -> None:
        given.append(sentences)
        now[0] += 1.0

    monkeypatch.setattr(benchmark_worker.time, "perf_counter", lambda: now[0])
    assert timed(step, SENTENCES, 16, 1.5) == (32, 2.0)
    assert given == [SENTENCES[:16], SENTENCES[16:32]]
    assert timed(step, SENTENCES, 16, 100) == (40, 3.0), "the last batch is short"


@pytest.mark.parametrize("name", ["torch-32", "pipeline", "phobert-1", "phobert-32"])
def test_rivals_read_sentences(name: str) -> None:
    torch = pytest.importorskip("torch", reason="rivals need the extra [train]")
    pytest.importorskip("transformers", reason="rivals need the extra [train]")
    found = run_rival(RIVALS[name], job(who=name, threads=torch.get_num_threads()))
    assert RIVALS[name].size <= found.sentences <= len(SENTENCES)
    assert found.words == 7 * found.sentences
    assert found.seconds > 0 and found.first_warm is not None and found.first_warm > 0 and found.first_at is not None
    assert found.peak_bytes > 10_000_000


def test_long_sentences_are_cut_at_what_an_encoder_takes() -> None:
    assert word_ids(["a", "b"], TINY)[0::3] == [0, 2]
    assert len(word_ids(["từ"] * 1000, TINY)) == TINY.positions
    assert all(4 <= number < PHOBERT_BASE.vocabulary for number in word_ids(SENTENCES, PHOBERT_BASE)[1:-1])


def test_a_missing_package_is_named_with_what_installs_it() -> None:
    rival = Rival("x", ("json", "no_such_package"), "pip install it", 1, 1, RIVALS["pipeline"].load)
    assert missing(rival) == "no_such_package is not installed: pip install it"
    assert missing(replace(rival, needs=("json",))) is None


def test_what_fails_is_told_in_one_line() -> None:
    found = outcome(job(who=OURS, inputs=("no-such-file.txt",)))
    assert list(found) == ["failed"]
    assert found["failed"].startswith("ArticleError: no-such-file.txt")


def test_a_job_survives_being_written(tmp_path: Path) -> None:
    write_job(job(inputs=("a",)), tmp_path / "job.json")
    assert read_job(tmp_path / "job.json") == job(inputs=("a",))


# The machine


def test_everyone_gets_the_same_threads_and_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    found = environment(3)
    assert (found["OMP_NUM_THREADS"], found["MKL_NUM_THREADS"], found["HF_HUB_OFFLINE"]) == ("3", "3", "1")


def test_peak_memory_is_the_process_s_own() -> None:
    held = bytearray(b"x" * 150_000_000)  # of the process that starts the others: it is none of theirs

    def peak(size: int) -> int:
        code = f"held = bytearray(b'x' * {size}); del held\nimport sys; from evaluate.benchmark_worker import peak_memory; sys.stdout.write(str(peak_memory()))"
        return int(subprocess.run([sys.executable, "-P", "-c", code], env=environment(1), capture_output=True, check=True).stdout)

    assert peak(100_000_000) > peak(0) + 60_000_000
    if sys.platform == "linux":
        assert peak(0) < len(held)


# Where the time goes


def test_stages_add_up_and_inner_ones_count_for_themselves() -> None:
    now = [0.0]

    def passes(seconds: float) -> None:
        now[0] += seconds

    clock = Clock(lambda: now[0])
    inner = clock.timed("subwords", passes)

    def windows() -> None:
        passes(1)
        inner(2)
        passes(4)

    clock.timed("windows", windows)()
    assert list(clock.drawn("reading", (passes(8) for _ in range(2)))) == [None, None]
    passes(16)
    found = clock.close()
    assert {name: seconds for name, seconds in found.items() if seconds} == {"windows": 5, "subwords": 2, "reading": 16, REST: 16}
    assert sum(found.values()) == now[0]


def test_a_stage_ends_where_its_function_fails() -> None:
    clock = Clock()
    with pytest.raises(ZeroDivisionError):
        clock.timed("encoder", lambda: 1 // 0)()
    clock.close()
    assert {stage for stage, seconds in clock.seconds.items() if seconds} <= {"encoder", REST}


def test_timers_are_taken_away_again() -> None:
    before = [getattr(owner, name) for owner, name, _ in PLACES]
    with pytest.raises(ZeroDivisionError), timers(Clock()):
        assert [getattr(owner, name) for owner, name, _ in PLACES] != before
        raise ZeroDivisionError
    assert [getattr(owner, name) for owner, name, _ in PLACES] == before


def test_the_work_of_the_shipped_encoder() -> None:
    pytest.importorskip("onnx", reason="reading a graph needs the extra [train]")
    work = encoder_work(DEFAULT_MODEL / "tagger.onnx")
    # A BERT layer of width 384 multiplies 4 x 384 x 384 for attention and 2 x 384 x 1536 after it; pairs meet twice.
    layers = work.pair // (2 * 384)
    assert work.pair == layers * 2 * 384
    assert work.each == layers * (4 * 384 * 384 + 2 * 384 * 1536) + 384 * 13
    assert EncoderWork(10, 2).of_window(3) == 48


def test_every_kind_of_product_runs() -> None:
    pytest.importorskip("onnx", reason="making a graph needs the extra [train]")
    found = product_rates(1, seconds=0.0, rows=4, inner=256, columns=8)
    assert len(found) == 5 and all(rate > 0 for rate in found.values())


def test_the_profile_of_a_small_article(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="reading a graph needs the extra [train]")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    found = profile([str(tmp_path)], None)
    assert tuple(found.stages) == STAGES
    assert sum(found.shares().values()) == pytest.approx(1)
    assert found.windows == 1 and 20 < found.subwords < 80
    assert found.multiply_adds > 1e6 * found.subwords
    asked = [stage for stage in STAGES if stage != "selection" or (DEFAULT_MODEL / SELECTION).is_file()]
    assert all(found.stages[stage] > 0 for stage in asked), "a stage of which nothing is measured has lost its functions"


# All of it


def test_ours_takes_the_path_of_extract(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    found = run_ours(job(who=OURS, inputs=(str(tmp_path),), total=Total(1, 3, 30)))
    assert (found.articles, found.sentences, found.words) == (1, 3, 30)
    assert found.seconds > 0 and found.first_warm is not None and found.first_warm > 0


def test_a_whole_benchmark_with_a_rival_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"")
    monkeypatch.setattr("evaluate.benchmark.missing", lambda rival: "not installed: pip install it" if rival is RIVALS["underthesea"] else None)
    done: list[int] = []
    found = benchmark(Settings((str(tmp_path),), seconds=0.1, repeats=1, threads=1, rivals=("underthesea",)), "as typed", lambda: done.append(1))
    jsonschema.validate(json.loads(json.dumps(found.row())), RESULT)
    assert (found.command, found.threads, found.data.failed, len(done)) == ("as typed", 1, 1, 1)
    assert found.data.total.articles == 1 and found.ours.sentences is not None
    assert found.ours.first_cold is not None, "the command gives a record of this article"
    assert found.rivals[0].skipped == "not installed: pip install it" and not found.rivals[0].runs


def test_a_device_is_used_for_every_part_and_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("openvino", reason="the extra openvino is not installed")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    found = benchmark(Settings((str(tmp_path),), seconds=0.1, repeats=1, threads=1, rivals=(), device="openvino"))
    assert found.ours.title == "thanhtich extract --device openvino, files to record files"
    assert found.ours.first_cold is not None and "openvino" in found.machine.versions
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.delitem(sys.modules, "model.openvino_session", raising=False)
    assert "OpenVINO cannot be used" in outcome(job(who=OURS, inputs=(str(tmp_path),), device="openvino"))["failed"]
    assert "OpenVINO cannot be used" in outcome(job(who="profile", inputs=(str(tmp_path),), device="openvino"))["failed"]


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(ThanhtichError, match="its process ended with code 1"):
        benchmark(Settings((str(tmp_path),), repeats=1, rivals=()))


# What was read


def test_sentences_come_by_article_in_an_order_that_stays(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(f"Tin {number} a.\nTin {number} b.\n", encoding="utf-8")
    data, found = read_data([str(tmp_path)])
    assert (data.total, data.failed) == (Total(6, 12, 48), 0)
    assert found == read_data([str(tmp_path)])[1]
    assert [each.replace(" b.", " a.") for each in found[1::2]] == found[0::2], "an article's sentences stay together"
    assert found != sorted(found)
    (tmp_path / "0.txt").write_text("Tin khác.\n", encoding="utf-8")
    assert read_data([str(tmp_path)])[0].digest != data.digest


def test_nothing_to_read_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(ArticleError, match=r"no sentence to read in .*empty"):
        read_data([str(tmp_path)])


@pytest.mark.parametrize(
    "changed",
    [
        {"seconds": 0}, {"seconds": -1}, {"seconds": float("nan")}, {"repeats": 0}, {"threads": -1}, {"rivals": ("spacy",)}, {"inputs": ("-",)},
        {"device": "auto"}, {"device": "tpu"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ThanhtichError):
        Settings(**changed)  # type: ignore[arg-type]


def test_an_output_that_cannot_be_written_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    check_outputs(None, tmp_path / "new.json")
    for path in (tmp_path, tmp_path / "no" / "x.json"):
        with pytest.raises(OutputError, match="cannot be written"):
            check_outputs(path)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("FOLDER",), "no articles in this folder"),
        (("FOLDER/no.txt",), "no.txt"),
        (("--seconds", "0"), "--seconds 0"),
        (("--repeats", "0"), "--repeats 0"),
        (("--rival", "spacy"), "torch-32, pipeline"),
        (("--json", "no/such/x.json"), "x.json"),
        (("--markdown", "FOLDER"), "folder"),
        (("--model", "FOLDER"), "model.json"),
    ],
)
def test_mistakes_are_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...], named: str) -> None:
    monkeypatch.setattr(sys, "argv", ["thanhtich", "benchmark", *(a.replace("FOLDER", str(tmp_path)) for a in arguments)])
    monkeypatch.setattr(thanhtich.said, "_file", io.StringIO())
    with pytest.raises(SystemExit) as ended:
        thanhtich.main()
    assert ended.value.code == 2
    assert named in thanhtich.said.file.getvalue()  # type: ignore[attr-defined]


def test_the_command_writes_what_it_was_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = {option: tmp_path / name for option, name in (("--json", "s.json"), ("--picture", "s.svg"), ("--markdown", "s.md"))}
    monkeypatch.setattr(sys, "argv", ["thanhtich", "benchmark", *(str(part) for pair in files.items() for part in pair)])
    monkeypatch.setattr("evaluate.benchmark.benchmark", lambda settings, command, advance: replace(result(), command=command))
    with pytest.raises(SystemExit) as ended:
        thanhtich.main()
    assert not ended.value.code
    out = capsys.readouterr().out
    assert "slow <one>" in out and "5.0 (5.0..10) times" in out
    assert json.loads(files["--json"].read_text(encoding="utf-8"))["command"].startswith("thanhtich benchmark --json")
    assert files["--picture"].read_text(encoding="utf-8").startswith("<svg") and BEGIN in files["--markdown"].read_text(encoding="utf-8")
