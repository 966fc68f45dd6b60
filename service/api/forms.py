"""What callers may send, checked field by field. Unknown fields are refused: a typo must not be silent."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from service.cases import Sent

MAX_TEXT = 20_000
MAX_BATCH = 100
MAX_BODY = 512 * 1024
MAX_BATCH_BODY = 4 * 1024 * 1024
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

EXAMPLE: JsonDict = {
    "report_ref": "LP-0001",
    "text": "theres a lad outside the shop on Narborough Road waving a machete about, people running",
    "submitted_at": "2026-11-25T03:12:00+00:00",
    "answers": {"happening_now": "yes", "weapon": "yes"},
}
UNSENT: JsonDict = {name: value for name, value in EXAMPLE.items() if name != "report_ref"}

NO_NUL: JsonDict = {"pattern": "^[^\\u0000]*$"}


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul", "String should not hold the character NUL")
    return text


def _aware(text: str) -> str:
    if not _RFC3339.fullmatch(text) or _moment(text) is None:
        raise PydanticCustomError("moment", "String should be a date and time with its offset from UTC")
    return text


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


Ref = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$",
        description="Your reference: 1 to 64 of A-Z a-z 0-9 . _ : -",
    ),
]
Text = Annotated[
    str,
    Field(
        max_length=MAX_TEXT,
        description="As the person wrote it; may be empty",
        json_schema_extra=NO_NUL,
    ),
    AfterValidator(_no_nul),
]
Opaque = Annotated[
    str, Field(min_length=1, max_length=128, json_schema_extra=NO_NUL), AfterValidator(_no_nul)
]
Moment = Annotated[
    str,
    Field(max_length=40, json_schema_extra={"format": "date-time"}),
    AfterValidator(_aware),
]
# In JSON 3.0 is a whole number too.
Count = Annotated[
    int,
    Field(ge=0, le=10_000),
    BeforeValidator(lambda n: int(n) if isinstance(n, float) and n.is_integer() else n),
]
Answer = Literal["yes", "no", "unknown"]
Strict = ConfigDict(extra="forbid", strict=True, frozen=True)


class Answers(BaseModel):
    """Short questions of the form, where it asks them."""

    model_config = Strict

    happening_now: Answer | None = None
    in_danger: Answer | None = None
    injured: Answer | None = None
    weapon: Answer | None = None
    offender_present: Answer | None = None
    wants_contact: Answer | None = None


class Unsent(BaseModel):
    """A report that the person has written and not sent."""

    model_config = Strict | ConfigDict(json_schema_extra={"example": UNSENT})

    text: Text
    submitted_at: Moment | None = None
    answers: Answers | None = None
    category: Opaque | None = Field(None, description="The box the person chose on the form")
    prior_contacts_90d: Count | None = None
    reporter_key: Opaque | None = Field(None, description="Opaque to us: links reports of one person")

    def sent(self) -> Sent:
        """The report in the words of the store."""
        answers = self.answers.model_dump(exclude_none=True) if self.answers else {}
        asked: dict[str, Any] = {"answers": answers} if answers else {}
        if self.category is not None:
            asked["category"] = self.category
        if self.prior_contacts_90d is not None:
            asked["prior_contacts_90d"] = self.prior_contacts_90d
        submitted = datetime.fromisoformat(self.submitted_at).timestamp() if self.submitted_at else None
        return Sent(self.text, asked, self.reporter_key, submitted)


class NewReport(Unsent):
    """A report that the person has sent."""

    model_config = Strict | ConfigDict(json_schema_extra={"example": EXAMPLE})

    report_ref: Ref


class Message(BaseModel):
    """A follow-up from the reporter."""

    model_config = Strict | ConfigDict(
        json_schema_extra={
            "example": {"message_ref": "M-1", "text": "he has gone now but my arm is bleeding"}
        }
    )

    message_ref: Ref
    text: Text


class Batch(BaseModel):
    """Up to 100 unsent reports; each is checked and answered by itself."""

    model_config = Strict | ConfigDict(json_schema_extra={"example": {"items": [UNSENT]}})

    items: list[Any] = Field(min_length=1, max_length=MAX_BATCH, description="Each as /v1/assess takes it")


class Cursor(BaseModel):
    """Where to go on in the feed of changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: str = Field("0", pattern="^[0-9]{1,18}$", description="`next` of the answer before; 0 to begin")
    limit: str = Field("50", pattern="^([1-9][0-9]?|100)$", description="How many at most, up to 100")
