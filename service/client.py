"""A client for programs that send reports: retries what may be retried, until a deadline.

Sending is idempotent by reference, so a report whose answer was lost is simply sent again.

    client = Client("https://triage.example", key)
    decision = client.send("LP-0001", "theres a lad outside waving a machete")
    if decision["grade"] == 1: ...
"""

import json
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

Json = dict[str, Any]
TRY_AGAIN = frozenset({429, 502, 503, 504})
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0

_opener = build_opener(ProxyHandler({}))


class Refused(Exception):
    """The service said no, and saying it again would not help. `problem` is its problem+json."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(f"{status} {problem.get('title')}: {problem.get('detail')}")
        self.status = status
        self.problem = problem


class NoAnswer(Exception):
    """No answer came before the deadline. What was sent may or may not have been accepted: send it again."""


@dataclass(frozen=True, slots=True)
class Client:
    """A caller with its key. `deadline` is how many seconds a call may take with all its retries."""

    url: str
    key: str
    deadline: float = 30.0
    timeout: float = 5.0

    def send(self, report_ref: str, text: str, **fields: Any) -> Json:
        """Send a report; answers with its decision. Raises Refused, NoAnswer."""
        return self._call("POST", "/v1/reports", {"report_ref": report_ref, "text": text, **fields})

    def add_message(self, report_ref: str, message_ref: str, text: str) -> Json:
        """Send a follow-up; answers with the new decision. Raises Refused, NoAnswer."""
        path = f"/v1/reports/{quote(report_ref, safe='')}/messages"
        return self._call("POST", path, {"message_ref": message_ref, "text": text})

    def assess(self, text: str, **fields: Any) -> Json:
        """Assess a report that is not sent yet. Raises Refused, NoAnswer."""
        return self._call("POST", "/v1/assess", {"text": text, **fields})

    def standing(self, report_ref: str) -> Json:
        """Where a report stands. Raises Refused, NoAnswer."""
        return self._call("GET", f"/v1/reports/{quote(report_ref, safe='')}")

    def changes(self, after: str = "0") -> Iterator[tuple[Json, str]]:
        """Every change after a cursor, each with the cursor to go on from. Raises Refused, NoAnswer."""
        while True:
            page = self._call("GET", f"/v1/reports?after={quote(after, safe='')}")
            for item in page["items"]:
                yield item, page["next"]
            if not page["items"]:
                return
            after = page["next"]

    def ready(self) -> Json:
        """Whether reports are accepted, and whether answers are degraded. Raises Refused, NoAnswer."""
        return self._call("GET", "/readyz")

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Json:
        stop = time.monotonic() + self.deadline
        pause = FIRST_PAUSE
        while True:
            answer, wait = self._try(method, path, body, max(0.1, min(self.timeout, stop - time.monotonic())))
            if answer is not None:
                return answer
            wait = max(wait, pause * random.uniform(0.5, 1.0))
            if time.monotonic() + wait > stop:
                raise NoAnswer(f"{method} {path}")
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _try(
        self, method: str, path: str, body: Mapping[str, Any] | None, timeout: float
    ) -> tuple[Json | None, float]:
        """The answer, or how long to wait before the next try. Raises Refused."""
        try:
            with _opener.open(self._request(method, path, body), timeout=timeout) as response:
                return json.load(response), 0.0
        except HTTPError as error:
            with error:
                if error.code in TRY_AGAIN:
                    return None, _seconds(error.headers.get("Retry-After"))
                raise Refused(error.code, _problem(error)) from None
        except (URLError, HTTPException, OSError):
            return None, 0.0

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None) -> Request:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        return Request(self.url.rstrip("/") + path, data=data, headers=headers, method=method)


def _seconds(header: str | None) -> float:
    return min(float(header), LONGEST_PAUSE) if header and header.isdecimal() else 0.0


def _problem(error: HTTPError) -> Json:
    try:
        found = json.load(error)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": error.reason, "status": error.code, "detail": ""}
