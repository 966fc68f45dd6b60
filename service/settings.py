"""Everything an operator can set, in one place: name, default and meaning on each line.

Read from the environment (`TRIAGE_DATABASE_URL`) when asked, never at import. An unknown `TRIAGE_…`
variable is an error: a misspelt setting must not be a silent one. The trust in a model comes from
here (`trusted_keys`), never from the model's own folder.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSettings

from service.roles import ROLES
from triage_model.errors import SettingsError

PREFIX = "TRIAGE_"
FOR_TESTS = "TRIAGE_TEST_"


class Settings(BaseSettings):
    """The settings of one service. Frozen: a change needs a restart or a reload."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str = Field("sqlite:///var/triage.db", description="where reports are kept")
    model: Path = Field(Path("var/models/current"), description="folder of the model that answers")
    shadow_model: Path | None = Field(None, description="a model scored beside the live one, never shown")
    rulebook: Path | None = Field(None, description="folder of rules; without one, those that ship")
    taxonomy: Path | None = Field(None, description="teams and names of grades; likewise")
    policy: Path | None = Field(None, description="clocks, floors, advice; likewise")
    retention: Path | None = Field(
        None, description="how long each kind of report is kept; without one, what ships"
    )
    archive: Path = Field(Path("var/archive"), description="every model and rulebook ever used, for replay")
    trusted_keys: tuple[str, ...] = Field(
        (), description="Ed25519 public keys that may sign a model (JSON list)"
    )
    deadline_ms: int = Field(
        300, ge=1, le=60_000, description="time for the model before the rules answer alone"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65_535, description="port to listen on")
    workers: int = Field(2, ge=1, le=64, description="server processes")
    threads: int = Field(8, ge=1, le=64, description="threads in each process")
    metrics_port: int | None = Field(
        None, ge=1, le=65_535, description="private port of /metrics on 127.0.0.1"
    )
    metrics_dir: Path | None = Field(None, description="folder where processes share their metrics")
    secret_key: str = Field("", repr=False, description="signs the session cookies of the pages")
    secure_cookies: bool = Field(True, description="send session cookies over HTTPS alone")
    session_minutes: int = Field(720, ge=1, description="a sign-in ends after this many minutes")
    oidc_issuer: str | None = Field(
        None, description="address of the identity provider; local accounts then open nothing"
    )
    oidc_client_id: str = Field("report-triage", description="what the provider calls this service")
    oidc_client_secret: str = Field("", repr=False, description="the secret it shares with the provider")
    oidc_scope: str = Field("openid profile email", description="what is asked of the provider")
    oidc_role_claim: str = Field("roles", description="the claim that holds a person's roles")
    oidc_roles: dict[str, str] = Field(
        {}, description='the provider\'s role to ours (JSON): {"control-room": "handler"}'
    )
    encryption_keys: tuple[str, ...] = Field(
        (), repr=False, description="base64 keys of 32 bytes that seal report text; the first seals, all open"
    )
    encryption_key_file: Path | None = Field(None, description="file with one such key a line, newest first")
    restricted_roles: tuple[str, ...] = Field(
        ("supervisor",), description="roles that see restricted reports"
    )
    rate_per_minute: int = Field(0, ge=0, description="requests a minute for each key; 0 sets no limit")
    webhook_url: str | None = Field(
        None, description="where changes are told; beside oidc_issuer the only address this service calls"
    )
    webhook_secret: str = Field("", repr=False, description="signs what is sent to webhook_url")
    keeper_seconds: float = Field(
        5.0, gt=0, description="pause between rounds of recovery, clocks and outbox"
    )
    expected_alarms: float | None = Field(None, gt=0, lt=1, description="share of grade 1; watched if set")
    expected_reviews: float | None = Field(None, gt=0, lt=1, description="share to review; watched if set")
    expected_unknown_words: float | None = Field(
        None, gt=0, lt=1, description="share of words that are not known; watched if set"
    )
    expected_misses: float | None = Field(
        None, gt=0, lt=1, description="share of second reads that may find an urgent report; watched if set"
    )
    pages: bool = Field(True, description="serve the handlers' pages beside the API")
    demo: bool = Field(False, description="show the demonstration form")
    second_read_share: float = Field(
        0.05, ge=0, le=1, description="share of reports closed at grade 3 or 4 that someone else reads again"
    )

    @model_validator(mode="after")
    def _provider_admits_someone(self) -> "Settings":
        for role in self.oidc_roles.values():
            if role not in ROLES:
                raise ValueError(f"oidc_roles: {role} is not a role; choose from {', '.join(ROLES)}")
        if self.oidc_issuer and not self.oidc_roles:
            raise ValueError("oidc_roles names nobody who may sign in through oidc_issuer")
        return self


def from_environment(**given: Any) -> Settings:
    """Read the settings; what is given by name wins. Raises SettingsError with every problem."""
    problems = list(_unknown(os.environ))
    try:
        settings = Settings(**given)
    except ValidationError as error:
        problems.extend(_sentences(error))
    except UnreadableSettings as error:
        problems.append(f"{error}; write lists as JSON")
    if problems:
        raise SettingsError(problems)
    return settings


def _unknown(environment: Iterable[str]) -> Iterator[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(environment):
        if name.startswith(PREFIX) and not name.startswith(FOR_TESTS) and name not in known:
            yield f"{name} is not a setting; correct its spelling or remove it"


def _sentences(error: ValidationError) -> Iterator[str]:
    for item in error.errors(include_input=False, include_url=False, include_context=False):
        name = "".join(f"{PREFIX}{part.upper()}" for part in item["loc"][:1] if isinstance(part, str))
        yield f"{name}: {item['msg']}"
