"""A body in pieces, whose length is not said first, has the same limit as any other."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from werkzeug.test import EnvironBuilder

from service.api.forms import MAX_BATCH_BODY, MAX_BODY
from service.bodies import Bounded
from tests.service.server import Running, running, secret_for


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("bodies")
    address = f"sqlite:///{folder}/triage.db"
    with running(address, folder, secret_for(address), workers="1") as started:
        yield started


def posted(service: Running, path: str, body: bytes, *, pieces: bool) -> tuple[int, str, dict[str, object]]:
    """Status, type and document of an answer, to a body in pieces or with its length."""
    connection = http.client.HTTPConnection(service.client.url.removeprefix("http://"), timeout=20)
    headers = {"Authorization": f"Bearer {service.client.key}", "Content-Type": "application/json"}
    given = (body[at : at + 50_000] for at in range(0, len(body), 50_000)) if pieces else body
    with closing(connection):
        connection.request("POST", path, given, headers, encode_chunked=pieces)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], json.loads(answer.read())


def filled(size: int, start: str = '{"text": "') -> bytes:
    return start.encode() + b"a" * (size - len(start) - 2) + b'"}'


@pytest.mark.parametrize(
    ("path", "size", "pieces"),
    [
        ("/v1/assess", MAX_BODY, True),
        ("/v1/assess", MAX_BODY, False),
        ("/v1/reports", MAX_BODY, True),
        ("/v1/assess/batch", MAX_BATCH_BODY, True),
    ],
)
def test_over_the_limit_is_too_large_however_it_comes(
    service: Running, path: str, size: int, pieces: bool
) -> None:
    for more in (1, 100_000):
        status, kind, _document = posted(service, path, filled(size + more), pieces=pieces)
        assert (status, kind) == (413, "application/problem+json")
    status, _kind, _document = posted(service, path, filled(size), pieces=pieces)
    assert status == 422


class Endless:
    """A socket whose caller sends nothing more."""

    def read(self, _size: int = -1) -> bytes:
        raise AssertionError("this would wait for ever")


def test_without_a_length_nothing_is_awaited_where_the_server_does_not_say_that_bodies_end() -> None:
    environ = EnvironBuilder(method="POST").get_environ() | {"wsgi.input": Endless()}
    environ.pop("CONTENT_LENGTH", None)
    request = Bounded(environ)
    request.max_content_length = MAX_BODY
    assert request.get_data() == b""


def test_nothing_is_cut_at_the_limit_and_read_as_if_whole(service: Running) -> None:
    body = b'{"text": "hello"}'
    padded = body + b" " * (MAX_BODY - len(body))
    assert posted(service, "/v1/assess", padded, pieces=True)[0] == 200
    assert posted(service, "/v1/assess", padded + b"rubbish", pieces=True)[0] == 413


def test_a_body_in_pieces_is_read_to_its_end(service: Running) -> None:
    body = json.dumps({"text": "he has a knife " * 1000}).encode()
    status, _kind, document = posted(service, "/v1/assess", body, pieces=True)
    assert (status, document["grade"]) == (200, 1)
