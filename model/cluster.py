"""A batch read by many processes, on one machine or many, through Ray Data. Needs the extra ``ray``; docs/cluster.md says how to use it.

    >>> from model.cluster import Workers, cluster
    >>> with cluster(None, Workers(jobs=8), address="auto") as engine:                   # doctest: +SKIP
    ...     run(engine, read_articles(["news/"]), Outputs(Path("records.jsonl")))

This process, the driver, reads the articles and owns journal and outputs (model/batch.py), in the same order and with the same bytes as without a cluster.
Readers (model/cluster_worker.py) only compute. A few chunks for each reader are on their way at once, however many articles there are.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
import ray.data

from model.articles import ArticleFailure
from model.batch import CHUNK, ArticleExtractor, Made, chunks
from model.cluster_worker import Desk, Reader, Result, SentModel, carry
from model.config import ModelConfig
from model.devices import DEVICES, DeviceError
from model.errors import ThanhtichError
from model.schema import Article

AHEAD = 4
"""Chunks on their way for each reader: one in work, the others so that a long article does not hold up the readers after it."""
_ANSWER_SECONDS = 10.0


class ClusterError(ThanhtichError):
    """The cluster cannot be reached, or failed."""


@dataclass(frozen=True, slots=True)
class Workers:
    """The readers of a run.

    Attributes:
        jobs: how many; 0 takes as many as the cluster has room for.
        threads: processor threads of each.
        device: ``cpu``, ``openvino`` (installed on every node), ``cuda`` (each reader takes a GPU), or ``auto``: ``cuda`` where the cluster has a GPU,
            else ``cpu``, which every node has.
    """

    jobs: int = 0
    threads: int = 1
    device: str = "cpu"


class Cluster:
    """An engine of model.batch.run. Make one with :func:`cluster`.

    Args:
        opened: gives an extractor; called once in each reader.
        identity: of that extractor.
        jobs: readers.
        needs: what each takes of the cluster, as Ray has it: ``num_cpus``, ``num_gpus``.
        device: where they compute, ``cpu``, ``openvino`` or ``cuda``.
    """

    def __init__(self, opened: Callable[[], ArticleExtractor], identity: str, jobs: int, needs: Mapping[str, int], device: str = "cpu") -> None:
        self._opened, self._jobs, self._needs = opened, jobs, needs
        self.identity, self.device = identity, device

    def extracted(self, found: Iterable[Article | ArticleFailure], chunk: int = CHUNK) -> Generator[Made | ArticleFailure]:
        """What every article gives, in their order; failures come through.

        Raises:
            ThanhtichError: a reader says that it is not the article's fault (a broken model).
            ClusterError: the cluster failed.
        """
        desk = ray.remote(Desk).options(num_cpus=0, label_selector=_here()).remote()
        try:
            with closing(self._made(desk)) as made:
                yield from _Line(desk, made, self._jobs * AHEAD).all(found, chunk)
        finally:
            with suppress(Exception):  # Ray may be gone
                ray.kill(desk)

    def _made(self, desk: Any) -> Generator[tuple[int, bytes]]:
        """Number and pickled results of every chunk of the desk, in their order."""
        _quiet()
        carried = ray.data.from_items([0]).map_batches(carry, fn_args=(desk,), batch_size=None, batch_format="pyarrow", num_cpus=0, label_selector=_here())
        read = carried.map_batches(
            Reader, fn_constructor_args=(self._opened, desk), batch_size=1, batch_format="pyarrow", compute=ray.data.ActorPoolStrategy(size=self._jobs), **self._needs
        )
        with closing(iter(read.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0))) as tables:
            for table in tables:
                yield from zip(table["number"].to_pylist(), table["content"].to_pylist(), strict=True)


class _Line:
    """Chunks out and results in, with no more than ``ahead`` chunks between."""

    def __init__(self, desk: Any, made: Iterator[tuple[int, bytes]], ahead: int) -> None:
        self._desk, self._made, self._ahead = desk, made, ahead
        self._waiting: deque[list[Article] | ArticleFailure] = deque()
        self._sent = self._received = 0

    def all(self, found: Iterable[Article | ArticleFailure], chunk: int) -> Iterator[Made | ArticleFailure]:
        for part in chunks(found, chunk):
            self._waiting.append(part)
            if isinstance(part, list):
                self._send(part)
            while self._sent - self._received >= self._ahead:
                yield from self._next()
        self._ask(self._desk.end.remote(self._sent))
        while self._waiting:
            yield from self._next()

    def _send(self, articles: list[Article]) -> None:
        self._ask(self._desk.put.remote(self._sent, pickle.dumps(articles)))
        self._sent += 1

    def _ask(self, call: Any) -> None:
        try:
            ray.get(call)
        except ray.exceptions.RayError as error:
            raise _failed(error) from error

    def _next(self) -> Iterator[Made | ArticleFailure]:
        part = self._waiting.popleft()
        if isinstance(part, ArticleFailure):
            yield part
            return
        results = self._receive()
        self._received += 1
        self._desk.done.remote(self._received)
        for article, result in zip(part, results, strict=True):
            yield result if isinstance(result, ArticleFailure) else Made(article, result)

    def _receive(self) -> Sequence[Result]:
        try:
            number, content = next(self._made)
        except Exception as error:  # Ray Data wraps what happens on a cluster in many classes
            raise _failed(error) from error
        if number != self._received:
            raise ClusterError(f"the cluster gave chunk {number} in place of {self._received}; what is done is kept, go on with --resume")
        made: list[Result] | ThanhtichError = pickle.loads(content)
        if isinstance(made, ThanhtichError):
            raise made
        return made


def _failed(error: Exception) -> ClusterError:
    told = [line for line in str(error).splitlines() if line.strip()]
    why = f"{type(error).__name__}: {told[-1].strip()[:300] if told else 'nothing more is known'}"
    return ClusterError(f"the cluster failed ({why}); what is done is kept: look after the cluster, then go on with --resume (Ray's logs lie under /tmp/ray)")


def _here() -> dict[str, str]:
    """The driver's machine, as Ray selects one: what stands there lives as long as it does."""
    return {"ray.io/node-id": ray.get_runtime_context().get_node_id()}


def _quiet() -> None:
    """Ray Data's settings for this process: in order, chunk by chunk, and silent but for its log files."""
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.target_max_block_size = 1  # every row goes on at once; otherwise results would be held back until they are 128 MB
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    warnings.filterwarnings("ignore", category=UserWarning, module=r"ray\.data\.")  # that there are fewer chunks than readers
    # Ray prints what died on standard output, where the records may go. (RAY_DEDUP_LOGS_SKIP_REGEX would do, if it were set before the import.)
    ray._private.worker._worker_logs_enabled = False
    for handler in logging.getLogger("ray.data").handlers:
        if handler.get_name() == "console":
            handler.setLevel(logging.CRITICAL + 1)


@contextmanager
def cluster(config: ModelConfig, workers: Workers, *, address: str | None = None, min_confidence: float | None = None) -> Iterator[Cluster]:
    """An engine with the model of ``config``, on the cluster at ``address`` or, without one, on all cores of this machine.

    Raises:
        ClusterError: the cluster cannot be reached.
        DeviceError: it has no such device.
    """
    files = {name: (config.folder / name).read_bytes() for name in (config.parts.settings, *config.files)}
    with connected(address):
        resources = ray.cluster_resources()
        device = chosen_device(workers.device, resources)
        model = SentModel(ray.put(files), config.parts.settings, workers.threads, min_confidence, device)
        needs = {"num_cpus": workers.threads} | ({"num_gpus": 1} if device == "cuda" else {})
        yield Cluster(model, config.identity, workers.jobs or room(needs, resources), needs, device)


def chosen_device(wanted: str, resources: Mapping[str, float]) -> str:
    """One device for all readers, so that one output is of one device.

    Raises:
        DeviceError: the cluster has no GPU.
    """
    if wanted not in DEVICES:
        raise DeviceError(f"no device {wanted!r}; allowed are {', '.join(DEVICES)}")
    gpus = int(resources.get("GPU", 0))
    if wanted == "cuda" and not gpus:
        raise DeviceError(f"the cluster has no GPU that Ray knows of ({int(resources.get('CPU', 0))} CPUs); start its nodes with --num-gpus, or take --device cpu")
    if wanted != "auto":
        return wanted
    return "cuda" if gpus else "cpu"


def room(needs: Mapping[str, int], resources: Mapping[str, float]) -> int:
    """How many readers the cluster has room for, at least one."""
    names = {"num_cpus": "CPU", "num_gpus": "GPU"}
    return max(1, min(int(resources.get(names[need], 0) // amount) for need, amount in needs.items() if amount))


@contextmanager
def connected(address: str | None = None) -> Iterator[None]:
    """Ray, in use while this lasts: the cluster at ``address`` (or at RAY_ADDRESS), else one on this machine that ends with it.

    Raises:
        ClusterError: it cannot be reached.
    """
    if ray.is_initialized():
        yield
        return
    address = address or os.environ.get("RAY_ADDRESS") or "local"
    _check_address(address)
    _settle_environment()
    try:
        with _silenced():
            ray.init(**_arguments(address))
    except Exception as error:  # Ray raises plain ones too
        ray.shutdown()
        raise _no_ray(address, " ".join(str(error).split())[:300]) from error
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def _silenced() -> Iterator[None]:
    """Nothing reaches standard error, not even from Ray's C++ part, which announces its log level there."""
    with warnings.catch_warnings(), open(os.devnull, "wb") as nowhere:
        warnings.simplefilter("ignore")
        kept = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _no_ray(address: str, why: str) -> ClusterError:
    if address == "local":
        return ClusterError(f"Ray does not start on this machine ({why}); a busy machine is too slow for it: try again later, or leave out --engine ray")
    return ClusterError(f"{address}: no Ray cluster answers ({why}); look with `ray status` on its head node, start one with `ray start --head`, or leave out --address")


def _arguments(address: str) -> dict[str, Any]:
    quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if address == "local":
        return {"address": address, "include_dashboard": False, **quiet}
    # The code that reads is this code; weights travel through the object store, so they are left out here.
    package = Path(__file__).parent
    return {"address": address, "runtime_env": {"py_modules": [str(package)], "excludes": ["pretrained", "__pycache__"]}, **quiet}


def _settle_environment() -> None:
    """What Ray asks of the environment before it starts; a person's own settings stand."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would report its use to its makers
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # its C++ part writes errors over the progress bar
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # hides a GPU from no process, and does not announce that


def _check_address(address: str) -> None:
    """Ray itself tries a wrong address for minutes, and may end the process."""
    if address in ("local", "auto"):
        return
    host, _, port = address.rpartition(":")
    if "://" in address or not host or not port.isdigit():
        raise ClusterError(f"{address}: not auto or HOST:PORT, as 10.0.0.5:6379; Ray's client (ray://) is not used: give the command on a machine of the cluster")
    try:
        socket.create_connection((host, int(port)), _ANSWER_SECONDS).close()
    except OSError as error:
        raise _no_ray(address, str(error)) from error
