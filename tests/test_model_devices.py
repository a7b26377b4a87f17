"""Where a model computes: what is chosen from what is offered, what is said where it is not there, and the same records on a GPU where one is present."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import onnxruntime
import pytest

from model import devices
from model.articles import read_articles
from model.devices import CPU, CUDA, DeviceError, candidates, offered, open_on
from model.runtime import Extractor
from model.schema import Article

ARTICLE = Path(__file__).parent.parent / "seeds" / "articles" / "giao-thuy-2021.txt"
AZURE = "AzureExecutionProvider"


@pytest.mark.parametrize(
    ("wanted", "providers", "tried"),
    [
        ("cpu", (AZURE, CPU), ("cpu",)),
        ("cpu", (CUDA, CPU), ("cpu",)),
        ("cuda", ("TensorrtExecutionProvider", CUDA, CPU), ("cuda",)),
        ("auto", (CUDA, CPU), ("cuda", "cpu")),
        ("auto", (AZURE, CPU), ("cpu",)),
    ],
)
def test_what_is_tried(wanted: str, providers: tuple[str, ...], tried: tuple[str, ...]) -> None:
    assert candidates(wanted, providers) == tried


def test_cuda_that_is_not_offered_is_told_with_what_is() -> None:
    with pytest.raises(DeviceError, match=rf"no CUDA here.*{AZURE}, {CPU} only.*pip install 'onnxruntime-gpu.*--device cpu"):
        candidates("cuda", (AZURE, CPU))


def test_another_name_is_refused() -> None:
    with pytest.raises(DeviceError, match="no device 'gpu'; allowed are cpu, cuda, auto"):
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
    assert open_on("auto", (CUDA, CPU), opened("cuda")) == "cpu"


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
        assert Extractor.load(threads=1, device="auto").device == "cpu"


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
