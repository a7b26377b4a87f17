"""Where a model computes: what is chosen from what is offered, what is said where it is not there, and the same records on a GPU where one is present."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import devices
from model.articles import read_articles
from model.backend import session
from model.config import DEFAULT_MODEL, TAGGER
from model.devices import CPU, CUDA, DeviceError, candidates, offered, open_on
from model.encode import windows
from model.errors import ModelError
from model.runtime import Extractor, _close, pad
from model.schema import AchievementRecord, Article

ARTICLE = Path(__file__).parent.parent / "seeds" / "articles" / "giao-thuy-2021.txt"
AZURE = "AzureExecutionProvider"


@pytest.mark.parametrize(
    ("wanted", "providers", "tried"),
    [
        ("cpu", (AZURE, CPU), ("cpu",)),
        ("cpu", (CUDA, CPU), ("cpu",)),
        ("cuda", ("TensorrtExecutionProvider", CUDA, CPU), ("cuda",)),
        ("openvino", (CUDA, CPU), ("openvino",)),
        ("auto", (CUDA, CPU), ("cuda", "openvino", "cpu")),
        ("auto", (AZURE, CPU), ("openvino", "cpu")),
    ],
)
def test_what_is_tried(wanted: str, providers: tuple[str, ...], tried: tuple[str, ...]) -> None:
    assert candidates(wanted, providers) == tried


def test_cuda_that_is_not_offered_is_told_with_what_is() -> None:
    with pytest.raises(DeviceError, match=rf"no CUDA here.*{AZURE}, {CPU} only.*pip install 'onnxruntime-gpu.*--device cpu"):
        candidates("cuda", (AZURE, CPU))


def test_another_name_is_refused() -> None:
    with pytest.raises(DeviceError, match="no device 'gpu'; allowed are cpu, openvino, cuda, auto"):
        candidates("gpu", (CUDA, CPU))


def opened(*broken: str) -> Callable[[str], str]:
    """Gives the device's name, where it is not broken."""

    def open_it(device: str) -> str:
        if device in broken:
            raise DeviceError(f"{device} does not start")
        return device

    return open_it


def test_auto_goes_on_to_the_processor_where_the_gpu_does_not_start() -> None:
    assert open_on("auto", (CUDA, CPU), opened()) == "cuda"
    assert open_on("auto", (CUDA, CPU), opened("cuda")) == "openvino"
    assert open_on("auto", (CUDA, CPU), opened("cuda", "openvino")) == "cpu"


def test_cuda_that_does_not_start_is_an_error_and_not_silently_the_processor() -> None:
    with pytest.raises(DeviceError, match="cuda does not start"):
        open_on("cuda", (CUDA, CPU), opened("cuda"))


def test_a_session_that_went_on_without_cuda_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """ONNX Runtime drops a provider that cannot start, and computes on the processor without a word."""

    class WithoutCuda:
        def __init__(self, *_: object, providers: list[object], **__: object) -> None:
            assert providers[0] == (CUDA, devices.cuda_options())

        def get_providers(self) -> list[str]:
            return [CPU]

    monkeypatch.setattr(onnxruntime, "InferenceSession", WithoutCuda)
    monkeypatch.setattr(onnxruntime, "set_default_logger_severity", lambda _: None)
    with pytest.raises(DeviceError, match=rf"offers {CUDA}, but it does not start \(only {CPU} started\).*nvidia-smi.*--device cpu"):
        devices.session_on("cuda", Path("tagger.onnx"), onnxruntime.SessionOptions())


def test_a_loaded_model_says_where_it_computes() -> None:
    assert Extractor.load(threads=1).device == "cpu"
    if CUDA not in offered():
        with pytest.raises(DeviceError, match="onnxruntime-gpu"):
            Extractor.load(threads=1, device="cuda")
        assert Extractor.load(threads=1, device="auto").device in ("openvino", "cpu")


def test_a_gpu_finds_what_the_processor_finds() -> None:
    try:
        on_gpu = Extractor.load(device="cuda")
    except DeviceError as error:
        pytest.skip(f"no GPU to try it on: {error}")
    articles = [one for one in read_articles([ARTICLE]) if isinstance(one, Article)]
    (here,), (there,) = (list(extractor.extract(articles)) for extractor in (Extractor.load(), on_gpu))
    # The processor rounds activations to 8 bits, the GPU does not: near the limit a decision may turn.
    same = {(r.count, r.indicator) for r in here.records} & {(r.count, r.indicator) for r in there.records}
    assert len(same) >= 0.9 * max(len(here.records), len(there.records)) > 0


def test_openvino_that_is_not_installed_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.delitem(sys.modules, "model.openvino_session", raising=False)
    with pytest.raises(DeviceError, match=r"OpenVINO cannot be used here .*pip install -e '\.\[openvino\]', or take --device cpu"):
        Extractor.load(threads=1, device="openvino")
    if CUDA not in offered():
        assert Extractor.load(threads=1, device="auto").device == "cpu"


@pytest.fixture(scope="module")
def openvino() -> Extractor:
    pytest.importorskip("openvino", reason="the extra openvino is not installed")
    return Extractor.load(threads=1, device="openvino")


def found(extractor: Extractor, articles: Sequence[Article]) -> list[AchievementRecord]:
    return [record for extraction in extractor.extract(articles) for record in extraction.records]


def told(record: AchievementRecord) -> tuple[object, ...]:
    """What a record says, without how sure it is."""
    who = record.organisation and record.organisation.name
    return record.article_id, record.kind, who, record.indicator_code, record.count, record.target, record.percentages, record.period


def test_openvino_finds_what_onnx_runtime_finds(openvino: Extractor) -> None:
    assert openvino.device == "openvino"
    articles = [one for one in read_articles([ARTICLE.parent]) if isinstance(one, Article)]
    here, there = ([told(record) for record in found(extractor, articles)] for extractor in (Extractor.load(threads=1), openvino))
    # Both round activations to 8 bits, in another order: near the limit a decision may turn.
    assert len([one for one in there if one in here]) >= 0.9 * max(len(here), len(there)) > 0


def test_in_openvino_an_article_gives_the_same_in_any_company(openvino: Extractor) -> None:
    articles = [one for one in read_articles([ARTICLE.parent]) if isinstance(one, Article)]
    together = found(openvino, articles)
    assert together == [one for article in articles for one in found(openvino, [article])]


@pytest.mark.parametrize("device", ["cpu", "openvino"])
@pytest.mark.parametrize("workers", [2, 5])
def test_workers_side_by_side_find_what_one_finds(device: str, workers: int, openvino: Extractor) -> None:
    articles = [one for one in read_articles([ARTICLE.parent]) if isinstance(one, Article)]
    alone = found(openvino if device == "openvino" else Extractor.load(threads=1), articles)
    several = Extractor.load(threads=workers, device=device)
    assert several.workers == workers
    assert found(several, articles) == alone != []


def test_what_fails_in_a_worker_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    extractor = Extractor.load(threads=2)
    articles = [one for one in read_articles([ARTICLE.parent]) if isinstance(one, Article)]

    def broken(*_: object) -> None:
        raise MemoryError("no room for a window")

    monkeypatch.setattr(extractor.backend, "tag", broken)
    with pytest.raises(MemoryError, match="no room"):
        list(extractor.extract(articles))


def test_a_damaged_graph_is_told_of_in_openvino_too(openvino: Extractor, tmp_path: Path) -> None:
    (tmp_path / TAGGER).write_bytes(b"\x08\x07nothing of a graph")
    with pytest.raises(DeviceError, match=r"tagger\.onnx: OpenVINO cannot load it \((?!Exception from).*--device cpu"):
        session(tmp_path / TAGGER, 1, "openvino")
    with pytest.raises(ModelError, match=r"tagger\.onnx: ONNX Runtime cannot load it"):
        session(tmp_path / TAGGER, 1)


def test_auto_goes_on_to_onnx_runtime_where_openvino_does_not_take_the_model(openvino: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("Exception from src/core.cpp:1:\nunsupported operation X")

    monkeypatch.setattr("model.openvino_session.openvino.Core", refuse)
    with pytest.raises(DeviceError, match=r"OpenVINO cannot load it \(unsupported operation X\)"):
        Extractor.load(threads=1, device="openvino")
    if CUDA not in offered():
        assert Extractor.load(threads=1, device="auto").device == "cpu"


FIRST_CALLS = """
import sys, threading
import numpy as np
sys.setswitchinterval(1e-6)
from model.backend import session
from model.config import DEFAULT_MODEL, TAGGER
opened, together = session(DEFAULT_MODEL / TAGGER, 2, "openvino"), threading.Barrier(2)
inputs = {"ids": np.zeros((1, 32), dtype=np.int64), "mask": np.ones((1, 32), dtype=np.int64), "first": np.zeros((1, 32), dtype=np.int64)}
def call():
    together.wait()
    opened.run(None, inputs)
calls = [threading.Thread(target=call) for _ in range(2)]
[one.start() for one in calls]
[one.join() for one in calls]
"""


def test_first_calls_of_two_threads_do_not_wait_for_each_other(openvino: Extractor) -> None:
    for _ in range(4):
        subprocess.run([sys.executable, "-c", FIRST_CALLS], check=True, timeout=60, cwd=DEFAULT_MODEL.parent.parent)


def test_no_core_is_bound(openvino: Extractor) -> None:
    from model.openvino_session import OpenVinoSession

    assert str(OpenVinoSession(DEFAULT_MODEL / TAGGER, 1)._compiled.get_property("ENABLE_CPU_PINNING")) == "False"


def test_what_is_being_read_is_waited_for_however_often_ctrl_c_is_pressed() -> None:
    class Pressed:
        def __init__(self) -> None:
            self.calls: list[dict[str, bool]] = []

        def shutdown(self, **how: bool) -> None:
            self.calls.append(how)
            if 1 < len(self.calls) < 4:
                raise KeyboardInterrupt

    pool = Pressed()
    _close(cast(ThreadPoolExecutor, pool))
    assert pool.calls == [{"wait": False, "cancel_futures": True}, {}, {}, {}]


@given(st.integers(1, 3), st.integers(1, 100))
def test_lengths_go_up_in_steps_and_hold_what_they_held(rows: int, length: int) -> None:
    lengths = pytest.importorskip("model.openvino_session", reason="the extra openvino is not installed")
    array = np.arange(1, rows * length + 1).reshape(rows, length)
    wide = lengths.stepped(array)
    assert wide.shape[1] % lengths.STEP == 0 and 0 <= wide.shape[1] - length < lengths.STEP
    assert (wide[:, :length] == array).all() and not wide[:, length:].any()


@pytest.mark.parametrize("names", [None, ["tags"], ["tags", "states"]])
def test_openvino_gives_the_outputs_that_are_asked_for(openvino: Extractor, names: list[str] | None) -> None:
    (article,) = read_articles([str(ARTICLE)])
    assert isinstance(article, Article) and openvino.selection is not None
    window = windows(article, 0, openvino.subwords, openvino.sizes, openvino.selection.chosen)[0]
    inputs = dict(zip(("ids", "mask", "first"), pad([window], openvino.subwords.pad), strict=True))
    theirs = session(DEFAULT_MODEL / TAGGER, 1).run(names, inputs)
    ours = session(DEFAULT_MODEL / TAGGER, 1, "openvino").run(names, inputs)
    assert [one.shape for one in ours] == [one.shape for one in theirs]
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=0.05 * float(np.abs(other).max()))
