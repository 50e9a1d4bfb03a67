"""The error envelope of each style: every refusal of a style has to wear its own."""


def native(answer):
    body = answer.json
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
    assert body["status"] == answer.status
    assert body["request_id"] == answer.headers["x-request-id"]


def feather(answer):
    body = answer.json
    assert set(body) == {"status", "message", "code", "success"}
    assert body["status"] == answer.status and body["success"] is False
    assert body["message"] and body["code"]


def extend(answer):
    body = answer.json
    assert {"code", "message", "retryable", "requestId"} <= set(body)
    assert isinstance(body["retryable"], bool)
    assert body["requestId"] == answer.headers["x-extend-request-id"]


def wexa(answer):
    assert list(answer.json) == ["detail"] and answer["detail"]


def agno(answer):
    assert set(answer.json) <= {"detail", "error_id", "error_type"} and answer["detail"]
    check_items(answer)


def kubiya(answer):
    assert list(answer.json) == ["detail"] and answer["detail"]
    if answer.status == 401:
        assert set(answer["detail"]) == {"error", "message", "hint"}
    check_items(answer)


def check_items(answer):
    if answer.status == 422:
        for item in answer["detail"]:
            assert {"loc", "msg", "type"} <= set(item)


BY_STYLE = {
    "native": native, "feather": feather, "extend": extend, "wexa": wexa, "agno": agno,
    "kubiya": kubiya,
}


def check(style, answer, status):
    """The status, the style's envelope, and what every answer of every style carries."""
    assert answer.status == status, answer
    assert answer.headers.get("x-request-id")
    BY_STYLE[style](answer)
    for secret in (b"SELECT", b"sqlite", b".swift", b"Sources/"):
        assert secret not in answer.body, answer
