"""The pages and the files they load: all from here, cached as they should be, in the visitor's language."""

import json
import re
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from lstm_lens.figures.palette import HUES
from lstm_lens.page.i18n import choose
from lstm_lens.web.security_headers import HEADERS


class Links(HTMLParser):
    """What a page loads, and its scripts that stand in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("src") or (given.get("href") if tag == "link" else None)
        if address:
            self.loaded.append(address)
        elif tag in ("script", "style"):
            self.inline.append(given.get("type"))


def links(html: str) -> Links:
    found = Links()
    found.feed(html)
    return found


@pytest.mark.parametrize("path", ["/", "/?lang=zh", "/docs"])
def test_a_page_loads_only_files_of_this_server_and_they_exist(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 200
    found = links(reply.text)
    assert found.loaded
    for address in found.loaded:
        assert re.match(r"/static/[0-9a-f]{16}/|/api/presets$", address), address
        assert client.get(address).status_code == 200, address
    assert set(found.inline) <= {"application/json"}


def test_files_below_their_hash_are_cached_for_good_and_others_are_asked_for_again(client: TestClient) -> None:
    address = next(link for link in links(client.get("/").text).loaded if link.endswith(".css"))
    assert "immutable" in client.get(address).headers["cache-control"]
    plain = "/static/" + address.split("/", 3)[3]
    assert client.get(plain).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_style_sheet_has_the_colours_of_figures(client: TestClient, theme: str) -> None:
    root = {"light": ":root", "dark": ':root[data-theme="dark"]'}[theme]
    rule = re.search(rf"^{re.escape(root)} {{(.*?)}}", client.get("/static/css/page.css").text, re.MULTILINE)
    assert rule
    for letter, hue in HUES[theme].items():
        assert f"--q-{letter}: {hue};" in rule[1]


@pytest.mark.parametrize("path", ["js/main.js", "css/narrow.css", "plotly/plotly-cartesian.min.js"])
def test_text_is_compressed_for_whom_takes_it(client: TestClient, path: str) -> None:
    packed = client.get(f"/static/{path}", headers={"Accept-Encoding": "br, gzip"})
    plain = client.get(f"/static/{path}", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) * 0.7
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    for reply in (packed, plain):
        assert reply.headers["vary"] == "Accept-Encoding"
        assert reply.headers["content-type"] == plain.headers["content-type"]
    part = client.get(f"/static/{path}", headers={"Range": "bytes=0-9", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.content) == (206, plain.content[:10])
    again = client.get(f"/static/{path}", headers={"If-None-Match": packed.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["../pyproject.toml", "%2e%2e/pyproject.toml", "vendor/../../app/main.py", "nope.js", "a%00b"]
)
def test_nothing_but_the_static_files_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_every_element_that_another_names_is_there(client: TestClient) -> None:
    page = client.get("/").text
    named = re.findall(r'\s(?:aria-describedby|aria-labelledby|aria-controls|for)="([^"]*)"', page)
    assert len(named) > 50
    assert {name for names in named for name in names.split()} - set(re.findall(r'\sid="([^"]*)"', page)) == set()
    assert not re.search(r'"[a-z-]+="', page), "an attribute begins where another ends"


def page_data(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def test_the_page_speaks_the_language_asked_for_and_brings_its_words(client: TestClient) -> None:
    english, chinese = client.get("/?lang=en"), client.get("/?lang=zh")
    assert '<html lang="en"' in english.text
    assert '<html lang="zh' in chinese.text
    ours, theirs = (page_data(reply.text)["messages"] for reply in (english, chinese))
    assert isinstance(ours, dict)
    assert isinstance(theirs, dict)
    assert ours.keys() == {key for key in theirs if not key.startswith("error.")}  # what the server says is English
    assert ours != theirs


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "fr-FR, zh;q=0.5", "zh"),
        (None, "fr", "en"),
        ("en", "zh", "en"),
        ("zh", "en", "zh"),
        ("xx", "zh", "zh"),
        ("<script>", None, "en"),
        (None, ";;,,=\x7f", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_first_accepted(
    asked: str | None, accepted: str | None, language: str
) -> None:
    assert choose(asked, accepted) == language


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/api/health", "/api/traces/x", "/nope", "/static/nope", "/favicon.ico"]
)
def test_every_reply_has_the_security_headers(client: TestClient, path: str) -> None:
    reply = client.get(path)
    for name, value in HEADERS.items():
        assert reply.headers[name] == value


def test_a_fault_of_ours_is_a_plain_500_with_all_headers(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("/a/private/path")

    monkeypatch.setattr("lstm_lens.web.routes.about.presets", lambda: [broken(0)])
    reply = client.get("/api/presets")
    assert reply.status_code == 500
    assert "private" not in reply.text
    assert [set(item) - {"ctx"} for item in reply.json()["detail"]] == [{"type", "loc", "msg"}]
    assert reply.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/docs", "/api/health", "/api/presets", "/openapi.json", "/api/traces/x"])
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing here"), ("zh", "这里什么也没有")])
def test_a_person_at_a_wrong_address_gets_a_page_that_leads_back(client: TestClient, language: str, words: str) -> None:
    reply = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": language})
    assert reply.status_code == 404
    assert f"<h1>{words}</h1>" in reply.text
    assert f'href="/?lang={language}"' in reply.text


def test_a_program_at_a_wrong_address_gets_the_error_shape(client: TestClient) -> None:
    for path, accept in (("/nowhere", "*/*"), ("/api/nowhere", "text/html")):
        reply = client.get(path, headers={"Accept": accept})
        assert (reply.status_code, reply.json()["detail"][0]["type"]) == (404, "not_found")


class Named(HTMLParser):
    """The ids of a page's elements, and those that its elements name."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.named: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif name in ("aria-describedby", "aria-labelledby", "for"):
                self.named.update((value or "").split())


@pytest.mark.parametrize("path", ["/", "/?lang=zh"])
def test_what_labels_or_describes_an_element_is_on_the_page(client: TestClient, path: str) -> None:
    found = Named()
    found.feed(client.get(path).text)
    assert found.named
    assert found.named - found.ids == set()
