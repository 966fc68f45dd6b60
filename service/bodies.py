"""Bodies that come in pieces, without their length said first, keep the same limit as all others.

Law: what is longer than the limit is refused as too large, never cut there and read as if it were whole.
"""

from typing import IO, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream


class Bounded(Request):
    """A request whose body is read to its end or not at all."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body. Werkzeug's own stops at the limit and says nothing of what is left.

        Without a length it is read only where the server says that bodies end: else that may never do so.
        """
        found, limit = super().stream, self.max_content_length
        ends = self.environ.get("wsgi.input_terminated", False)
        if self.content_length is not None or limit is None or not ends:
            return found
        return cast("IO[bytes]", Whole(self.environ["wsgi.input"], limit, is_max=True))


class Whole(LimitedStream):
    """A stream that ends before its limit, or else is too large."""

    def readall(self) -> bytes:
        body = super().readall()
        if self.is_exhausted and self._stream.read(1):
            raise RequestEntityTooLarge
        return body
