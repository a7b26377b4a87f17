"""The service: what it answers, whom it refuses, how it waits, and the page in a browser. The articles are made up."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from stub_run import Found, Stub

from model.errors import ThanhtichError
from model.page_labels import LABELS
from model.records import SCHEMA
from model.schema import AnnotatedArticle, Article, Entity, EntityType, Span
from model.service_labels import SERVICE_LABELS
from model.service_page import EXAMPLE, page, policy
from model.service_request import RequestError, identity_of, read_article

pytest.importorskip("fastapi", reason="the extra `serve` is not installed")
pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

import uvicorn
from starlette.testclient import TestClient

from model.service import Settings, address_of, create_app, exposed, listen
from model.service_guard import HEADERS, Guard
from model.service_turns import Turns

MODEL = Path(__file__).parent.parent / "model"
ATTACK = "Kết nạp 12 đoàn viên <script>document.title='run'</script><img src=x onerror=\"document.title='run'\"> & 7 🧧 nữa"
BASE = "http://127.0.0.1"


@dataclass(frozen=True)
class Marking:
    """The stub, with every number marked in the text; ``hold`` makes it wait, ``began`` says that it does, ``read`` counts."""

    identity: str = "stub 1"
    hold: threading.Event | None = None
    began: threading.Event = field(default_factory=threading.Event)
    read: list[str] = field(default_factory=list)

    def extract(self, articles: Iterable[Article]) -> Iterator[Found]:
        for one in Stub().extract(articles):
            self.began.set()
            if self.hold:
                assert self.hold.wait(20)
            article = one.found.article
            self.read.append(article.id)
            entities = tuple(Entity(Span(*m.span()), EntityType.COUNT, 0.9) for m in re.finditer(r"\d+", article.text))
            yield Found(AnnotatedArticle(article, entities, (), ()), one.records, 3)


@contextmanager
def serving(extractor: Any = None, settings: Settings | None = None, base: str = BASE) -> Iterator[TestClient]:
    with TestClient(create_app(extractor or Marking(), settings), base_url=base, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client() -> Iterator[TestClient]:
    with serving() as found:
        yield found


def is_error(answer: Any, status: int) -> str:
    """Its message, after a look that it says what is wrong and what to do, and nothing of the program's inside."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "what to do"}
    assert all(answer.json().values())
    assert "Traceback" not in answer.text and "File " not in answer.text
    return f"{answer.json()['error']}; {answer.json()['what to do']}"


# Answers


def test_json_gives_records_entities_and_checks(client: TestClient) -> None:
    answer = client.post("/extract", json={"text": "Năm nay kết nạp 391 đoàn viên", "id": "a1", "published": "2021-12-30", "title": "T"})
    assert answer.status_code == 200
    row = answer.json()
    assert row["article"] == {
        "id": "a1", "title": "T", "source": None, "published": "2021-12-30", "published_from": "metadata", "text": "Năm nay kết nạp 391 đoàn viên",
    }  # fmt: skip
    assert row["entities"] == [{"start": 16, "end": 19, "type": "COUNT", "text": "391", "score": 0.9}]
    assert row["checks"] == {"ok": 0, "rounding": 0, "conflict": 0, "unchecked": 1}
    assert (row["model"], row["left_out"]) == ("stub 1", 3)
    for record in row["records"]:
        jsonschema.validate(record, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_plain_text_is_taken_with_its_fields_in_the_query(client: TestClient) -> None:
    answer = client.post("/extract?id=b&published=30/12/2021", content="Trao 12 suất quà".encode(), headers={"Content-Type": "text/plain; charset=utf-8"})
    article = answer.json()["article"]
    assert (article["id"], article["published"], article["text"]) == ("b", "2021-12-30", "Trao 12 suất quà")


def test_offsets_count_in_the_text_that_is_given_back(client: TestClient) -> None:
    row = client.post("/extract", json={"text": "🧧 Kê\u0301t na\u0323p\r\n12 người"}).json()
    assert row["article"]["text"] == "🧧 Kết nạp\n12 người"
    assert [row["article"]["text"][e["start"] : e["end"]] for e in row["entities"]] == ["12"]


def test_a_text_without_id_has_one_of_its_own(client: TestClient) -> None:
    first, again, other = (client.post("/extract", json={"text": text}).json()["article"]["id"] for text in ("Trao 12", "Trao 12", "Trao 13"))
    assert first == again == identity_of("Trao 12") != other


def test_health_names_model_version_and_uptime(client: TestClient) -> None:
    row = client.get("/health").json()
    assert row["status"] == "ok" and row["model"] == "stub 1" and row["version"]
    assert row["uptime_seconds"] >= 0 and row["articles_inside"] == 0


def test_the_shipped_model_reads_its_own_example() -> None:
    from model.runtime import Extractor

    request = json.loads(EXAMPLE.read_text(encoding="utf-8"))["request"]
    with serving(Extractor.load(threads=1)) as client:
        row = client.post("/extract", json=request).json()
        shown = client.post("/view", json=request).json()
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert {412, 5} <= {record["count"]["value"] for record in row["records"] if record["count"]}
    for record in row["records"]:
        jsonschema.validate(record, schema)
        fields = [record[name] for name in ("organisation", "count", "target", "period", "sentence")] + record["percentages"]
        assert all(request["text"][f["start"] : f["end"]] == f["text"] for f in fields if f)
    assert shown["count"] == len(row["records"]) and json.loads(shown["json"]) == row
    assert all('class="card' in html and 'class="e COUNT"' in html for html in shown["html"].values())


# The description


def test_openapi_describes_records_by_their_own_schema(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {"/extract", "/health"}
    schemas = described["components"]["schemas"]
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(described)))
    assert references <= {f"#/components/schemas/{name}" for name in schemas}
    operation = described["paths"]["/extract"]["post"]
    resolver = {"$ref": "#/components/schemas/answer", "components": described["components"]}
    jsonschema.validate(operation["responses"]["200"]["content"]["application/json"]["example"], resolver)
    asked = operation["requestBody"]["content"]["application/json"]["example"]
    jsonschema.validate(asked, resolver | {"$ref": "#/components/schemas/request"})
    got = client.post("/extract", json=asked).json()
    jsonschema.validate(got, resolver)


def test_there_are_no_pages_that_load_scripts_from_elsewhere(client: TestClient) -> None:
    for path in ("/docs", "/redoc", "/../../etc/passwd", "/model/records.py"):
        is_error(client.get(path), 404)
    is_error(client.get("/extract"), 405)


# Refusals


@pytest.mark.parametrize(
    ("body", "kind", "status", "says"),
    [
        (b'{"text": ', "application/json", 400, "not JSON"),
        (b"[" * 100_000, "application/json", 400, "not JSON"),
        (b'{"text": "\xff"}', "application/json", 400, "not JSON"),
        (b"[]", "application/json", 422, "object"),
        (b"{}", "application/json", 422, "no field text"),
        (b'{"text": 12}', "application/json", 422, "text is a int"),
        (b'{"text": " \\n "}', "application/json", 422, "no text"),
        (b'{"text": "\\ud83e"}', "application/json", 422, "half a character"),
        (b'{"text": "a", "txt": 1}', "application/json", 422, "'txt'"),
        (b'{"text": "a", "published": "today"}', "application/json", 422, "2021-12-30"),
        (b'{"text": "a", "published": 2021}', "application/json", 422, "published is a int"),
        (b'{"text": "a", "id": "' + b"x" * 1001 + b'"}', "application/json", 422, "id has 1,001"),
        (b"text=a", "application/x-www-form-urlencoded", 415, "text/plain"),
        (b"a", "", 415, "missing"),
        (b"", "text/plain", 422, "text"),
        (b"a\x00b", "text/plain", 422, "text"),
    ],
)
def test_a_bad_request_is_told_what_to_send(client: TestClient, body: bytes, kind: str, status: int, says: str) -> None:
    assert says in is_error(client.post("/extract", content=body, headers={"Content-Type": kind} if kind else {}), status)


def test_a_body_that_is_too_long_is_refused_whole_and_in_pieces() -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(5):
            yield b"a" * 40

    with serving(settings=Settings(max_bytes=100)) as client:
        said = is_error(client.post("/extract", content=b"a" * 101, headers={"Content-Type": "text/plain"}), 413)
        assert "more than 100 bytes" in said and "--max-bytes" in said
        assert "more than 100" in is_error(client.post("/extract", content=chunks(), headers={"Content-Type": "text/plain"}), 413)
        assert client.post("/extract", content=b"a" * 100, headers={"Content-Type": "text/plain"}).status_code == 200


def test_a_text_that_is_too_long_is_refused() -> None:
    with serving(settings=Settings(max_characters=10)) as client:
        assert "--max-characters" in is_error(client.post("/extract", json={"text": "a" * 11}), 413)


def test_a_fault_gives_no_traceback_and_the_service_goes_on(client: TestClient) -> None:
    assert "ZeroDivisionError" in is_error(client.post("/extract", json={"text": "RAISE"}), 500)
    assert client.post("/extract", json={"text": "Trao 12"}).status_code == 200


def test_every_answer_has_the_headers(client: TestClient) -> None:
    answers = [client.get("/health"), client.get("/"), client.get("/nothing"), client.post("/extract", content=b""), client.post("/extract", json={"text": "RAISE"})]
    answers.append(client.get("/health", headers={"Host": "evil.example"}))
    for answer in answers:
        assert all(name in answer.headers for name in HEADERS)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not any(name.lower().startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "", "a@127.0.0.1", "127.0.0.1/x", "[::1"])
def test_a_name_that_is_not_the_services_is_refused(client: TestClient, host: str) -> None:
    assert "127.0.0.1" in is_error(client.get("/health", headers={"Host": host}), 421)


def test_names_that_were_allowed_are_answered() -> None:
    for host in ("localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:80", "192.168.1.5", "Tin.Example:80"):
        assert Guard(lambda *_: None, ("tin.example",)).knows(host), host  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_pages_of_other_sites_cannot_make_it_work(client: TestClient, headers: dict[str, str]) -> None:
    is_error(client.post("/extract", content=b"Trao 12", headers={"Content-Type": "text/plain", **headers}), 403)


def test_its_own_page_can(client: TestClient) -> None:
    assert client.post("/extract", json={"text": "Trao 12"}, headers={"Origin": BASE, "Sec-Fetch-Site": "same-origin"}).status_code == 200


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_the_request_is_read_as_a_table_row_is(kind: str, tmp_path: Path) -> None:
    """What the service makes of a text is what `thanhtich extract` makes of it."""
    from model.articles import read_articles

    seed = (MODEL.parent / "seeds" / "articles" / "giao-thuy-2021.txt").read_text(encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "a", "text": seed}) + "\n", encoding="utf-8")
    body = json.dumps({"id": "a", "text": seed}).encode() if kind == "application/json" else seed.encode()
    article = read_article(body, kind, {} if kind == "application/json" else {"id": "a"}, 10**6)
    assert [article] == list(read_articles([tmp_path / "a.jsonl"]))
    assert article.published == date(2021, 12, 21)


# Turns


def test_one_is_read_at_a_time_and_too_many_are_sent_away() -> None:
    hold = threading.Event()
    extractor = Marking(hold=hold)
    with serving(extractor, Settings(waiting=1)) as client, ThreadPoolExecutor(4) as pool:

        def ask(name: str) -> Any:
            return pool.submit(client.post, "/extract", json={"text": "Trao 12", "id": name})

        first = ask("first")
        assert extractor.began.wait(10)
        second = ask("second")
        _until(lambda: client.get("/health").json()["articles_inside"] == 2)
        full = client.post("/extract", json={"text": "Trao 12"})
        assert "busy" in is_error(full, 503)
        assert 1 <= int(full.headers["Retry-After"]) <= 600
        assert extractor.read == []
        is_error(client.post("/extract", json={}), 422)  # what is wrong is told at once
        hold.set()
        assert {first.result(10).status_code, second.result(10).status_code} == {200}
        assert extractor.read == ["first", "second"]
        assert client.get("/health").json()["articles_inside"] == 0


def test_work_that_nobody_waits_for_is_not_done() -> None:
    done = []

    async def gone() -> bool:
        return True

    async def ask() -> None:
        with pytest.raises(RequestError, match="closed"):
            await Turns(1).take(lambda: done.append(1), gone)

    asyncio.run(ask())
    assert not done


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


# The address


def test_it_listens_on_this_machine_only_and_warns_otherwise() -> None:
    with listen(port=0) as own:
        assert own.getsockname()[0] == "127.0.0.1"
        assert exposed(own) is None
        assert address_of(own) == f"http://127.0.0.1:{own.getsockname()[1]}/"
        with pytest.raises(ThanhtichError, match="--port"):
            listen(port=own.getsockname()[1])
    with listen("0.0.0.0", 0) as open_to_all:
        assert "password" in (exposed(open_to_all) or "")
        assert address_of(open_to_all).startswith("http://127.0.0.1:")


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 0), ("no.such.host.invalid", 0), ("127.0.0.1", 99999)])
def test_an_address_that_cannot_be_listened_on_is_told(host: str, port: int) -> None:
    with pytest.raises(ThanhtichError, match="cannot listen"):
        listen(host, port)


def test_without_the_extra_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['fastapi'] = None\n"
        "from model.errors import ThanhtichError\n"
        "try:\n    import model.service\n"
        "except ThanhtichError as error:\n    sys.stdout.write(str(error))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=MODEL.parent, check=True).stdout
    assert "pip install -e '.[serve]'" in told and "fastapi" in told


# The page


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_fetches_nothing_and_runs_only_its_own_script(client: TestClient, language: str) -> None:
    answer = client.get(f"/?language={language}")
    elements = _Elements(answer.text).found
    for _, attributes in elements:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href", "action"):
            assert str(attributes.get(name) or "#").startswith(("#", "data:,", "/"))
    assert "url(" not in answer.text and "@import" not in answer.text
    assert answer.headers["content-security-policy"] == policy()
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}=';", policy())
    assert dict(elements)["html"]["lang"] == language
    labelled = {attributes["for"] for tag, attributes in elements if tag == "label"}
    assert labelled == {attributes["id"] for tag, attributes in elements if tag in ("input", "textarea")}


def test_markup_in_an_article_stays_text(client: TestClient) -> None:
    shown = client.post("/view", json={"text": ATTACK, "title": ATTACK, "id": ATTACK}).json()
    for html in shown["html"].values():
        assert not {tag for tag, _ in _Elements(html).found} & {"script", "img"}
        assert "&lt;script&gt;" in html
        assert not any(name.startswith("on") for _, attributes in _Elements(html).found for name in attributes)


def test_the_table_is_as_export_writes_it(client: TestClient) -> None:
    shown = client.post("/view", json={"text": "Trao 12 suất quà", "id": "=cmd()"}).json()
    heading, row = shown["csv"]["vi"].splitlines()
    assert "Mã bài" in heading or "Bài" in heading
    assert "'=cmd()" in row and ",=cmd()" not in row


def test_both_languages_are_complete_and_every_label_exists() -> None:
    assert SERVICE_LABELS["vi"].keys() == SERVICE_LABELS["en"].keys()
    for label, words in SERVICE_LABELS["vi"].items():
        assert sorted(re.findall(r"\{\w+\}", words)) == sorted(re.findall(r"\{\w+\}", SERVICE_LABELS["en"][label])), label
    html = page("vi")
    assert set(re.findall(r'data-t(?:-\w+)?="(\w+)"', html)) <= SERVICE_LABELS["vi"].keys()
    for label, words in re.findall(r'data-t="(\w+)"[^>]*>([^<]*)<', html):
        assert words == escape(SERVICE_LABELS["vi"][label], quote=False)
    used = re.findall(r"t\['([a-z_]+\.[a-z_]+)'\]", (MODEL / "page_article.html.j2").read_text(encoding="utf-8"))
    assert used and set(used) <= LABELS["vi"].keys()


def test_the_marks_and_cards_are_those_of_the_records_page() -> None:
    """Until page.html.j2 takes them from page_article.html.j2, they stand in both."""
    records_page = (MODEL / "page.html.j2").read_text(encoding="utf-8")
    own = (MODEL / "page_article.html.j2").read_text(encoding="utf-8").split("\n", 1)[1]
    assert own in records_page or "page_article.html.j2" in records_page


# In a browser


@contextmanager
def running(extractor: Any) -> Iterator[str]:
    """The service on a free port, in a thread."""
    listener = listen(port=0)
    server = uvicorn.Server(uvicorn.Config(create_app(extractor), log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@pytest.mark.parametrize("ask", ["button", "keys"])
def test_in_a_browser_a_pasted_article_shows_its_records_and_runs_no_script(tmp_path: Path, ask: str) -> None:
    from browser import Browser

    if shutil.which("chromium") is None:
        pytest.skip("there is no chromium here to open the page in")
    with running(Marking()) as address, Browser(tmp_path) as browser:
        browser.open(address)
        browser.run(f"document.getElementById('text').value = {json.dumps(ATTACK)}")
        if ask == "button":
            browser.run("document.getElementById('send').click()")
        else:
            browser.run("document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', ctrlKey: true, bubbles: true}))")
        browser.until("document.querySelectorAll('#holder .card').length === 2")
        assert browser.run("[...document.querySelectorAll('#holder .e.COUNT, #holder .e.INDICATOR')].map((e) => e.textContent)")[-2:] == ["12", "7"]
        assert browser.run("document.querySelector('#holder .text p').textContent") == ATTACK
        assert browser.run("document.title") == SERVICE_LABELS["vi"]["title"]
        assert browser.run("document.querySelectorAll('#holder script, #holder img').length") == 0
        assert browser.run("document.activeElement.id") == "found"
        browser.run("document.querySelector('#holder a.e').click()")
        assert browser.run("document.activeElement.className").startswith("card")
        browser.run("document.querySelector('[data-language=en]').click()")
        assert browser.run("document.getElementById('found').textContent") == "Records: 2"
        assert browser.run("document.documentElement.lang") == "en"
        assert browser.messages == []


def test_in_a_browser_a_service_that_has_stopped_is_told(tmp_path: Path) -> None:
    from browser import Browser

    if shutil.which("chromium") is None:
        pytest.skip("there is no chromium here to open the page in")
    with Browser(tmp_path) as browser:
        with running(Marking()) as address:
            browser.open(address)
        browser.run("document.getElementById('text').value = 'Trao 12'; document.getElementById('send').click()")
        browser.until("!document.getElementById('error').hidden")
        assert browser.run("document.getElementById('error').textContent.trim()") == SERVICE_LABELS["vi"]["error.0"]
