"""A small local HTTP service: an article in, its records out, and a page to paste articles into.

It reads no file that a request names, keeps nothing, and fetches nothing. Needs the extra ``serve``.

    >>> from model.service import Settings, create_app, listen, run     # doctest: +SKIP
    >>> run(create_app(Extractor.load(), Settings()), listen())         # doctest: +SKIP
"""

from __future__ import annotations

import ipaddress
import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

from model.errors import ThanhtichError
from model.schema import Article
from model.service_answer import Extracted, answer, view
from model.service_openapi import components, extract_operation, health_operation
from model.service_page import page, policy
from model.service_request import RequestError, read_article

try:
    import uvicorn
    from anyio import to_thread
    from fastapi import APIRouter, FastAPI, Request
    from fastapi.openapi.utils import get_openapi
    from starlette.exceptions import HTTPException
    from starlette.responses import Response

    from model.service_guard import Guard, error_answer
    from model.service_turns import Turns
except ImportError as missing:
    raise ThanhtichError(f"{missing.name} is not installed; the service needs the extra: pip install -e '.[serve]'") from missing

PORT = 8000
CONNECTIONS = 64
"""More at once are sent away by the server itself."""
READ_ON = 16_000_000
"""Bytes of a body that is too long which are read and thrown away."""


class Extracts(Protocol):
    """A loaded model, as :class:`~model.runtime.Extractor`."""

    @property
    def identity(self) -> str:
        """The model's name and content hash."""

    def extract(self, articles: Iterable[Article]) -> Iterator[Extracted]:
        """One extraction for each article."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service allows.

    Attributes:
        max_bytes: of a request's body.
        max_characters: of an article; 300,000 take some two minutes.
        waiting: articles that may wait while one is read.
        hosts: names besides ``localhost`` and number addresses that it answers to.
    """

    max_bytes: int = 2_000_000
    max_characters: int = 300_000
    waiting: int = 8
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Service:
    """What every request needs. ``started`` is on the monotonic clock."""

    extractor: Extracts
    settings: Settings
    turns: Turns
    started: float


_routes = APIRouter()


@_routes.post("/extract", summary="The records of one article")
async def _extract(request: Request) -> Response:
    """Send the article as JSON, or as plain text with its other fields in the query. Articles are read one at a time."""
    return await _read(request, answer)


@_routes.post("/view", include_in_schema=False)
async def _view(request: Request) -> Response:
    return await _read(request, view)


@_routes.get("/health", summary="Which model, which version, since when")
async def _health(request: Request) -> Response:
    """Answers at once, also while articles are read."""
    service = _of(request)
    uptime = round(time.monotonic() - service.started, 1)
    return _json(
        {"status": "ok", "model": service.extractor.identity, "version": _version(), "uptime_seconds": uptime, "articles_inside": service.turns.inside}
    )


@_routes.get("/", include_in_schema=False)
async def _page(language: str = "vi") -> Response:
    return Response(page("en" if language == "en" else "vi"), media_type="text/html", headers={"Content-Security-Policy": policy()})


async def _read(request: Request, make: Callable[[Extracted, str], dict[str, Any]]) -> Response:
    service = _of(request)
    body = await _body(request, service.settings.max_bytes)
    kind, query = request.headers.get("content-type", ""), dict(request.query_params)
    # In a thread as well: of a long text it takes a second, and others should not wait for that.
    article = await to_thread.run_sync(lambda: read_article(body, kind, query, service.settings.max_characters))

    def work() -> Response:
        extraction = next(iter(service.extractor.extract([article])))
        return _json(make(extraction, service.extractor.identity))

    return await service.turns.take(work, request.is_disconnected)


async def _body(request: Request, most: int) -> bytes:
    """All of the body. What is too long is never held, but read on for a while: a client that is still sending would not see the answer."""
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            body += chunk
        elif size > most + READ_ON:
            break
    if size > most:
        raise _too_long(most)
    return bytes(body)


def _too_long(most: int) -> RequestError:
    advice = "send one article a request; many are for `thanhtich extract`; the limit is the service's --max-bytes"
    return RequestError(413, f"the body has more than {most:,} bytes, which are allowed", advice, {"Connection": "close"})


def _of(request: Request) -> _Service:
    service: _Service = request.app.state.service
    return service


def _json(content: dict[str, Any]) -> Response:
    return Response(json.dumps(content, ensure_ascii=False, allow_nan=False).encode(), media_type="application/json")


def _version() -> str:
    try:
        return version("thanhtich")
    except PackageNotFoundError:
        return "unknown"


def create_app(extractor: Extracts, settings: Settings | None = None) -> Guard:
    """The service as an ASGI application.

    Args:
        extractor: a loaded model; it is never asked twice at a time.
        settings: what the service allows.
    """
    settings = settings or Settings()
    # Its pages for /docs load scripts from elsewhere.
    app = FastAPI(title="thanhtich", version=_version(), docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.service = _Service(extractor, settings, Turns(settings.waiting), time.monotonic())
    app.include_router(_routes)
    app.add_exception_handler(RequestError, _refused)
    app.add_exception_handler(HTTPException, _not_here)
    app.add_exception_handler(Exception, _failed)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return Guard(app, settings.hosts)


def _described(app: FastAPI) -> dict[str, Any]:
    if not app.openapi_schema:
        described = get_openapi(title="thanhtich", version=_version(), summary="Vietnamese news about union work in, achievement records out", routes=app.routes)
        # Put in afterwards: FastAPI takes every null out of what goes through it, of the example's records too.
        described["paths"]["/extract"]["post"] |= extract_operation()
        described["paths"]["/health"]["get"] |= health_operation()
        app.openapi_schema = described | {"components": {"schemas": components()}}
    return app.openapi_schema


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    return error_answer(error)


async def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    found = f"{request.method} {request.url.path[:100]}: {error.detail}"
    return error_answer(RequestError(error.status_code, found, "there are POST /extract, GET /health, GET /openapi.json and the page GET /", error.headers))


async def _failed(_: Request, error: Exception) -> Response:
    """A fault of the program: the server's log has the traceback, the answer only its name."""
    what_to_do = "this is a fault in thanhtich: report it with the article; the service goes on"
    return error_answer(RequestError(500, f"the article could not be read to the end ({type(error).__name__})", what_to_do))


def listen(host: str = "127.0.0.1", port: int = PORT) -> socket.socket:
    """A socket that takes connections at the address; port 0 takes one that is free.

    Raises:
        ThanhtichError: the address is not this machine's, or the port is taken or not allowed.
    """
    if not 0 <= port <= 65535:
        raise ThanhtichError(f"port {port}: cannot listen there; a --port is a number from 0 to 65535")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=CONNECTIONS)
    except (OSError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or error
        raise ThanhtichError(f"{host}, port {port}: cannot listen there ({said}); choose another --port, or the --host 127.0.0.1") from error


def address_of(listener: socket.socket) -> str:
    """The page's address, to open on this machine."""
    host, port = listener.getsockname()[:2]
    place = ipaddress.ip_address(host)
    if place.is_unspecified:
        host = "127.0.0.1" if place.version == 4 else "::1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def exposed(listener: socket.socket) -> str | None:
    """A warning where others than this machine can reach the socket."""
    host = listener.getsockname()[0]
    if ipaddress.ip_address(host).is_loopback:
        return None
    return (
        f"warning: listening on {host}: whoever reaches this machine can use the service, without a password or encryption; "
        "for this machine only leave out --host, for others put a server with both before it"
    )


def run(app: Guard, listener: socket.socket) -> None:
    """Serve until stopped with Ctrl+C or SIGTERM."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=5,
    )
    with listener:
        uvicorn.Server(config).run(sockets=[listener])
