"""Items of the HTTP checklist that only the whole program shows, in the words of each style. The
ids begin with the items."""

import json
import time
from email.utils import parsedate_to_datetime

import pytest

from harness.envelopes import check
from harness.raw import Raw, request
from harness.styles import EXTEND

V = "".join(f"{name}: {value}\r\n" for name, value in EXTEND.VERSION.items())
UNKNOWN = "018f3c2a-7b00-7a11-8c22-0123456789ab"
STYLES = ["native", "feather", "extend", "wexa", "agno", "kubiya"]
# A path that lists, one that takes a JSON body, and one that has other methods, by style.
LISTS = {
    "native": "/v1/runs", "feather": "/api/v1/workflow", "extend": "/workflow_runs",
    "wexa": "/default/execution_flows", "agno": "/workflows", "kubiya": "/api/v1/executions",
}
TAKES = {
    "native": "/v1/runs", "feather": "/api/v1/workflow/x/execution", "extend": "/workflow_runs",
    "wexa": "/execute_flow", "agno": "/workflows/x/runs",
    "kubiya": f"/api/v1/executions/{UNKNOWN}/terminate",
}
METHODS = {
    "native": ("PUT", "/v1/runs", "POST, GET, HEAD"),
    "feather": ("PATCH", "/api/v1/workflow/x/execution/y", "GET, HEAD, PUT, DELETE"),
    "extend": ("PUT", "/workflow_runs", "POST, GET, HEAD"),
    "wexa": ("GET", "/execute_flow/x/cancel", "POST"),
    "agno": ("DELETE", "/workflows/x/runs", "POST, GET, HEAD"),
    "kubiya": ("PUT", f"/api/v1/executions/{UNKNOWN}/terminate", "POST"),
}


@pytest.fixture
def wire(shared):
    """Sends a request with a key and gives the answer, on a connection of its own."""
    def wire(method, path, fields="", body=b"", host="localhost", key=True):
        with Raw(shared.port) as raw:
            raw.send(request(method, path, key_of(shared, key) + fields, body, host))
            return raw.answer(method)
    return wire


def key_of(server, is_wanted=True):
    return f"X-API-Key: {server.key}\r\n" if is_wanted else ""


def version_of(style):
    return V if style == "extend" else ""


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"6, 95: {style}")
def test_a_wrong_method(wire, style):
    """6, 95: 405 with all that the resource has."""
    method, path, allowed = METHODS[style]
    answer = wire(method, path, version_of(style))
    check(style, answer, 405)
    assert sorted(answer.headers["allow"].split(", ")) == sorted(allowed.split(", "))


@pytest.mark.parametrize("style", STYLES)
def test_head_wherever_get(wire, style):
    """7, 93: the status and the fields of GET, and no body."""
    for path in (LISTS[style], "/v1/nothing", "/healthz", "/"):
        get, head = (wire(method, path, version_of(style)) for method in ("GET", "HEAD"))
        assert head.status == get.status and head.body == b""
        names = ("content-length", "content-type")
        assert [head.headers[name] for name in names] == [get.headers[name] for name in names]


SEGMENTS = {
    "native": "/v1/runs/{}", "feather": "/api/v1/workflow/{}", "extend": "/workflow_runs/{}",
    "wexa": "/execute_flow/{}", "agno": "/workflows/{}", "kubiya": "/api/v1/executions/{}",
}


@pytest.mark.parametrize("segment", [
    pytest.param("%00", id="16: a NUL"), pytest.param("a%00b", id="16: a NUL within"),
    pytest.param("a%2Fb", id="17: an encoded slash"),
    pytest.param("%2f", id="17: nothing but one"),
    pytest.param("a%252Fb", id="17: decoded once"),
    pytest.param("a%5Cb", id="17: an encoded backslash"),
    pytest.param("%ff", id="19: no UTF-8"), pytest.param("%C0%AF", id="19: overlong"),
    pytest.param("%ED%A0%80", id="19: a surrogate"), pytest.param("%E2%82", id="19: cut short"),
    pytest.param("%F4%90%80%80", id="19: beyond Unicode"),
    pytest.param(".", id="20: a dot"), pytest.param("..", id="20: two dots"),
    pytest.param("%2e", id="20: a dot, encoded"), pytest.param("%2E%2e", id="20: two, encoded"),
    pytest.param(".%2e", id="20: two, one encoded"), pytest.param("../x", id="20: a way up"),
])
def test_segments_that_name_nothing(wire, segment):
    for style in STYLES:
        answer = wire("GET", SEGMENTS[style].format(segment), version_of(style))
        assert answer.status in (400, 404), (style, segment, answer)
        if segment != "../x":
            check(style, answer, answer.status)


@pytest.mark.parametrize("path, status", [
    pytest.param("/v1/%72uns", 200, id="18: an encoded letter"),
    pytest.param("/%76%31/%72%75%6e%73", 200, id="18: every letter encoded"),
    pytest.param("/v1%2Fruns", 404, id="17: a slash that is no separator"),
    pytest.param("/v1/%2572uns", 404, id="17: an encoded percent sign"),
    pytest.param("/v1/../v1/runs", 404, id="20: a way up and down"),
    pytest.param("/v1/%2e%2e/v1/runs", 404, id="20: the same, encoded"),
    pytest.param("/./v1/runs", 404, id="20: a way to nowhere"),
    pytest.param("//v1/runs", 404, id="20: an empty segment"),
    pytest.param("/../../../etc/passwd", 404, id="20: a file"),
    pytest.param("/openapi/../../etc/passwd", 404, id="20: a file beside the documents"),
    pytest.param("/openapi/..%2f..%2fetc%2fpasswd", 404, id="20: the same, encoded"),
])
def test_paths(wire, path, status):
    assert wire("GET", path).status == status


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"22: {style}")
def test_absolute_form(wire, style):
    path = LISTS[style]
    fields = version_of(style)
    plain = wire("GET", path, fields)
    assert plain.status == 200, plain
    for host in ("localhost", "127.0.0.1:80", "LOCALHOST"):
        assert wire("GET", f"http://{host}{path}", fields, host="h").status == 200
    assert wire("GET", f"http://evil.example{path}", fields).status == 421


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"45: {style}")
def test_other_hosts(wire, style):
    """45: misdirected, before anything is said about keys."""
    hosts = ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.2",
             "localhost.", "[::2]", "0", "evil.example:80", "%6cocalhost")
    for host in hosts:
        for key in (True, False):
            answer = wire("GET", LISTS[style], version_of(style), host=host, key=key)
            check(style, answer, 421)
            assert answer.closes
    for host in ("localhost", "LocalHost:1", "127.0.0.1", "127.0.0.1:99", "[::1]:5"):
        assert wire("GET", LISTS[style], version_of(style), host=host).status == 200


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"47: {style}")
def test_fields_that_come_once(wire, shared, style):
    before = wire("GET", "/v1/runs?limit=200").body
    pairs = [("Idempotency-Key", "a", "b"), ("Idempotency-Key", "a", "a"),
             ("Content-Type", "application/json", "application/json"),
             ("X-API-Key", shared.key, shared.key),
             ("Authorization", f"Bearer {shared.key}", f"Bearer {shared.key}")]
    for name, one, other in pairs:
        fields = f"{name}: {one}\r\n{name.lower()}: {other}\r\n" + version_of(style)
        answer = wire("POST", TAKES[style], fields, b'{"workflow":"idle"}',
                      key=name not in ("X-API-Key", "Authorization"))
        check(style, answer, 400)
        assert answer.closes
    assert wire("GET", "/v1/runs?limit=200").body == before


EXPECT = "Expect: 100-continue\r\n"


@pytest.mark.parametrize("style, status, method, path, fields, key", [
    *[pytest.param(style, 401, "POST", TAKES[style], "Content-Length: 2\r\n", False,
                   id=f"85: 401 {style}") for style in STYLES],
    *[pytest.param(style, 404, "POST", path, "Content-Length: 2\r\n", True, id=f"85: 404 {style}")
      for style, path in [("native", "/v1/nothing"), ("kubiya", "/api/v1/nothing"),
                          ("wexa", "/execute_flow/x/y/z"), ("agno", "/workflows/x/y/z/a")]],
    *[pytest.param(style, 405, *METHODS[style][:2], "Content-Length: 2\r\n", True,
                   id=f"85: 405 {style}") for style in STYLES],
    *[pytest.param(style, 413, "POST", TAKES[style], "Content-Length: 99999999999\r\n", True,
                   id=f"85: 413 {style}") for style in STYLES],
    *[pytest.param(style, 417, "POST", TAKES[style], "Expect: b\r\nContent-Length: 2\r\n", True,
                   id=f"85: 417 {style}") for style in STYLES],
    pytest.param("native", 415, "POST", "/v1/runs", "Content-Type: text/plain\r\n"
                 "Content-Length: 2\r\n", True, id="85: 415 native"),
    pytest.param("native", 415, "POST", "/v1/runs", "Content-Encoding: gzip\r\n"
                 "Content-Length: 2\r\n", True, id="85: 415 native, an encoding"),
])
def test_the_head_decides(shared, style, status, method, path, fields, key):
    """85: a final answer instead of 100, and nothing behind it is a request."""
    with Raw(shared.port) as raw:
        raw.send(request(method, path, key_of(shared, key) + version_of(style) + EXPECT + fields))
        answer = raw.answer()
        check(style, answer, status)
        assert answer.closes
        raw.send(request("GET", "/healthz"))
        assert raw.is_closed()


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"95: {style}")
def test_challenges(wire, style):
    answer = wire("GET", LISTS[style], version_of(style), key=False)
    check(style, answer, 401)
    is_named = style not in ("agno", "kubiya")
    assert answer.headers.get("www-authenticate") == (
        'Bearer realm="signalbox"' if is_named else None)


def test_created(wire):
    """95: what was made says where it is."""
    answer = wire("POST", "/v1/runs", "", b'{"workflow":"idle"}')
    assert answer.status == 201
    assert wire("GET", answer.headers["location"]).json["id"] == answer["id"]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"99: {style}")
def test_types(wire, style):
    own = version_of(style)
    answers = [
        wire("GET", LISTS[style], own), wire("GET", LISTS[style], own, key=False),
        wire(*METHODS[style][:2], own), wire("POST", TAKES[style], own, b"{"),
        wire("GET", LISTS[style], own, host="evil.example"),
        wire("GET", LISTS[style], own + "A: " + "x" * 17000 + "\r\n")]
    for answer in answers:
        is_problem = style == "native" and answer.status >= 400
        kind = "application/problem+json" if is_problem else "application/json"
        assert answer.headers["content-type"] == kind, answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-request-id"]
        assert not {"server", "x-powered-by"} & set(answer.headers)
        json.loads(answer.body)


def test_a_target_that_was_not_read(wire):
    """28, 99: native's envelope."""
    for path in ("/" + "x" * 9000, "/a{b}", "nonsense"):
        answer = wire("GET", path)
        check("native", answer, 414 if len(path) > 9000 else 400)
        assert answer.closes and answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("style, status", [
    pytest.param("native", 415, id="100: native"), pytest.param("feather", 400, id="100: feather"),
    pytest.param("extend", 400, id="100: extend"), pytest.param("wexa", 422, id="100: wexa"),
    pytest.param("kubiya", 422, id="100: kubiya")])
def test_other_media_types(wire, style, status):
    for kind in ("text/plain", "application/xml", "application/jsonx", "text/json", "a", "\xff"):
        answer = wire("POST", TAKES[style], f"Content-Type: {kind}\r\n" + version_of(style), b"{}")
        check(style, answer, status)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"100, 101: {style}")
def test_what_is_not_decoded_and_what_is_ignored(wire, style):
    own = version_of(style)
    for coding in ("gzip", "deflate", "br", "gzip, gzip", "identity\r\nContent-Encoding: gzip"):
        answer = wire("POST", TAKES[style], f"Content-Encoding: {coding}\r\n" + own, b"{}")
        check(style, answer, 415 if style == "native" else 400)
    plain = wire("GET", LISTS[style], own)
    for field in ("Accept: image/png", "Accept: */*;q=0", "Accept: nonsense", "Range: bytes=0-1",
                  "If-Match: \"a\"", "If-None-Match: *", "TE: trailers", "Max-Forwards: 0",
                  "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT", "Accept-Charset: utf-16",
                  "Accept-Encoding: gzip", "Upgrade: websocket\r\nConnection: upgrade",
                  "X-HTTP-Method-Override: DELETE", "X-Original-URL: /v1/keys",
                  "X-Forwarded-Host: evil.example", "Forwarded: for=1.2.3.4"):
        answer = wire("GET", LISTS[style], field + "\r\n" + own)
        assert (answer.status, answer.body) == (200, plain.body), field


@pytest.mark.parametrize("fields", [
    pytest.param("", id="24: plain"), pytest.param("Content-Length: 0\r\n", id="24: no body"),
    pytest.param("Max-Forwards: 0\r\n", id="24, 101: Max-Forwards")])
def test_options_of_the_server(wire, fields):
    answer = wire("OPTIONS", "*", fields, key=False)
    assert answer.status == 204 and answer.body == b""
    assert answer.headers["x-request-id"] and not answer.closes


def test_the_date(wire):
    """94: of this second or the one before."""
    for status, path in ((200, "/healthz"), (404, "/v1/nothing"), (421, "/"), (400, "nothing")):
        host = "evil.example" if status == 421 else "localhost"
        answer = wire("GET", path, host=host)
        age = time.time() - parsedate_to_datetime(answer.headers["date"]).timestamp()
        assert answer.status == status and -0.1 < age < 3, (answer, age)


def test_methods_that_are_not_ours(shared):
    """4, 5, 8, 26, 96: refused without an echo of what was sent."""
    secret = "secret-that-nobody-repeats"
    for line in (f"TRACE /v1/{secret}", f"BREW /v1/{secret}", f"get /v1/{secret}",
                 f"GET /v1/{secret}", f"PUT /v1/{secret}", f"CONNECT {secret}:80"):
        with Raw(shared.port) as raw:
            raw.send(f"{line} HTTP/1.1\r\nHost: localhost\r\n{key_of(shared)}"
                     f"Cookie: {secret}\r\nX-Request-Id: {secret}\r\n\r\n")
            answer = raw.answer()
            assert answer.status in (404, 501), answer
            assert secret not in repr(answer.headers) + answer.body.decode()
            assert shared.key.encode() not in answer.body
