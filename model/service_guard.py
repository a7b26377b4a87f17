"""Who may ask: only this machine's own names in the address, no other site's pages; and what every answer's head says."""

from __future__ import annotations

import ipaddress
import json
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model.service_request import RequestError

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer, where it has none of its own."""


class Guard:
    """Stands before the service.

    A page of another site can make its own name point to this machine (DNS rebinding) and then read what the service answers; the browser still
    sends that name as Host. So a Host must be ``localhost``, a number address, which no such page can have as its name, or one of ``hosts``.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...] = ()) -> None:
        self.app = app
        self._hosts = frozenset({"localhost", *(host.lower() for host in hosts)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(Headers(scope=scope), scope["method"])
        await (error_answer(refused) if refused else self.app)(scope, receive, send_with_headers)

    def _refused(self, headers: Headers, method: str) -> RequestError | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.knows(hosts[0]):
            found = ", ".join(hosts)[:100] or "missing"
            return RequestError(421, f"Host is {found}, which is not a name of this service", "use http://127.0.0.1 or localhost, or start it with --allow-host NAME")
        if method not in ("GET", "HEAD") and _of_another_site(headers):
            return RequestError(403, "the request comes from a page of another site", "ask from a program, or from the service's own page")
        return None

    def knows(self, host: str) -> bool:
        """True where a Host names this service, with or without a port.

        >>> [Guard(None).knows(host) for host in ("localhost:8000", "127.0.0.1", "[::1]:80", "evil.example")]
        [True, True, True, False]
        """
        try:
            address = urlsplit(f"//{host}")
            name = address.hostname or ""
            if address.netloc != host or "@" in host:
                return False
            return name in self._hosts or bool(ipaddress.ip_address(name))
        except ValueError:
            return False


def _of_another_site(headers: Headers) -> bool:
    """Browsers say where a request comes from; programs say nothing."""
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return True
    return origin is not None and origin.partition("://")[2].lower() != headers["host"].lower()


def error_answer(error: RequestError) -> Response:
    """A refusal as the service answers it."""
    body = json.dumps(error.row(), ensure_ascii=False).encode("utf-8", errors="replace")
    return Response(body, error.status, error.headers, media_type="application/json")
