"""How pages say things: times in Europe/London, time left, grades in words and shapes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from service.pages import marking

LONDON = ZoneInfo("Europe/London")
SHAPES = {1: "▲", 2: "◆", 3: "■", 4: "●"}


def clock_time(moment: float | None) -> str:
    """A moment as a handler's wall clock shows it: "25 Nov, 03:12".

    In the hour that comes twice when summer time ends, it says which of the two it was.
    """
    if moment is None:
        return ""
    local = datetime.fromtimestamp(moment, UTC).astimezone(LONDON)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local.day} {local:%b, %H:%M}{f' {local:%Z}' if twice else ''}"


def iso(moment: float | None) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat() if moment is not None else ""


def left(due: float, now: float) -> str:
    """How long until a clock runs out, or how long ago it did."""
    seconds = int(due - now)
    return f"{_span(-seconds)} over" if due < now else _span(seconds)


def shape(grade: int) -> str:
    """A sign for a grade that does not need colour."""
    return SHAPES[grade]


def spoken(code: str) -> str:
    """A code as words: "open_now" is "open now"."""
    return code.replace("_", " ")


def source(code: str) -> str:
    """Where evidence comes from: "rule:R04-blade" is "Rule R04"."""
    kind, _, name = code.partition(":")
    named = name.split("-")[0]
    if kind == "model":
        return "Model"
    return f"{kind.capitalize()} {named}" if named.startswith("R") else kind.capitalize()


def _span(seconds: int) -> str:
    minutes = seconds // 60
    if minutes < 1:
        return f"{seconds} s"
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"


FILTERS = {
    "clock_time": clock_time,
    "iso": iso,
    "left": left,
    "shape": shape,
    "spoken": spoken,
    "source": source,
    "pieces": marking.pieces,
}
