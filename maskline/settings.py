"""
Everything that can be set from outside, as one typed, frozen object that is read once, at start.

Each field is the environment variable MASKLINE_<FIELD>, or a line of that name in the file `.env` beside `run`; the
environment wins. docs/settings.md and .env.example list them all, and a test compares the three.
"""

import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from maskline.refusal import Refusal
from maskline.settings_kinds import (
    BaseUrl,
    Countries,
    DeskPlaces,
    FilePath,
    Listed,
    Networks,
    Port,
    PostgresUrl,
    ValkeyUrl,
    matches,
)  # fmt: skip
from maskline.settings_proof import ProofSettings

PREFIX = "MASKLINE_"
HOME = Path(__file__).resolve().parent.parent
ENV_FILE = HOME / ".env"
RUNNERS_OWN = {f"{PREFIX}VENV"}
"""Read by `./run` before there is any Python of ours."""


class SettingsRefused(Refusal):
    """One or more settings are wrong. The text has a line for each, and no secret value."""

    def __init__(self, complaints: Iterable[str]) -> None:
        super().__init__("\n".join(["The settings cannot be used (docs/settings.md explains each):", *complaints]))


class HouseSettings(BaseSettings):
    """The house's own. Secrets have no default and do not show when printed; use `.get_secret_value()`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    database_url: PostgresUrl | None = Field(
        default=None,
        description="PostgreSQL 15 or newer, like `postgresql://user:password@host/maskline`. Set: production, nothing "
        "is embedded. Not set: PostgreSQL and Valkey are started here, with their rows in `MASKLINE_DATA_DIR`.",
    )
    redis_url: ValkeyUrl | None = Field(
        default=None,
        description="Valkey or Redis 7 or newer, like `rediss://:password@host/0`, and no Cluster. Holds only what may "
        "be lost. Set together with `MASKLINE_DATABASE_URL`, or not at all.",
    )
    database_pooling: Literal["session", "transaction"] = Field(
        default="session",
        description="`transaction` where `MASKLINE_DATABASE_URL` leads to PgBouncer in transaction mode (see below). "
        "`session` for PostgreSQL itself, and for PgBouncer in session mode.",
    )
    database_direct_url: PostgresUrl | None = Field(
        default=None,
        description="The same database past PgBouncer, for the few connections that need a session of their own. "
        "Needed with `MASKLINE_DATABASE_POOLING` `transaction`.",
    )
    public_url: BaseUrl | None = Field(
        default=None,
        description="Where the world reaches this service, like `https://calls.example.org`: carriers sign it, "
        "stickers carry it. Needed in production; otherwise the address of `MASKLINE_HTTP_HOST` and `_PORT`.",
    )
    keys: FilePath | None = Field(
        default=None,
        description="The file of root keys. Needed in production, where it is mounted; otherwise `keys.json` in "
        "`MASKLINE_DATA_DIR`, made on first use with mode 0600. Back it up apart from the database.",
    )
    data_dir: FilePath = Field(
        default=HOME / ".data",
        description="The folder of the embedded servers' rows, their logs, and the keys. One instance at a time.",
    )
    twilio_account_sid: (
        Annotated[str, matches("AC[0-9a-fA-F]{32}", "write the Account SID: AC and 32 hex digits, from the console")]
        | None
    ) = Field(default=None, description="Twilio's Account SID, for the default carrier account. The demo ignores it.")
    twilio_auth_token: SecretStr | None = Field(
        default=None, description="Twilio's auth token, which also signs its webhooks. The demo ignores it."
    )
    twilio_api_url: BaseUrl = Field(
        default="https://api.twilio.com", description="Twilio's REST API, or a stand-in's (docs/exchange.md)."
    )
    plivo_auth_id: (
        Annotated[str, matches("[A-Z0-9]{20}", "write the Auth ID: 20 capital letters and digits, from the console")]
        | None
    ) = Field(default=None, description="Plivo's Auth ID, for the default carrier account. The demo ignores it.")
    plivo_auth_token: SecretStr | None = Field(
        default=None, description="Plivo's auth token, which also signs its webhooks. The demo ignores it."
    )
    plivo_api_url: BaseUrl = Field(
        default="https://api.plivo.com", description="Plivo's REST API, or a stand-in's (docs/exchange.md)."
    )
    dlt_entity_id: Annotated[str, matches("[0-9]{10,25}", "write the digits of the entity's id")] | None = Field(
        default=None, description="For texts to India: the id of your business on the DLT platform."
    )
    dlt_header: Annotated[str, matches("[A-Za-z]{6}", "write the six letters of the header")] | None = Field(
        default=None, description="For texts to India: the registered header that they come from, six letters."
    )
    dlt_templates: Annotated[
        tuple[Annotated[str, matches("[a-z-]+=[0-9]{10,25}", "write pairs like missed-en=1107…")], ...],
        NoDecode,
        Listed,
    ] = Field(
        default=(),
        description="For texts to India through Plivo: the ids of our registered templates, with commas between, like "
        "`missed-en=1107160000000000000`. `./run texts` names them.",
    )
    http_host: str = Field(default="127.0.0.1", description="The address that the service listens on.")
    http_port: Port = Field(default=8080, description="The port that the service listens on; 0 takes any free one.")
    ops_port: Port = Field(
        default=8082,
        description="The port of `/readyz` and `/metrics`, on the loopback address only. With several workers each "
        "takes the next one up.",
    )
    exchange_port: Port = Field(default=8090, description="The port of the demo's telephone exchange and its handsets.")
    workers: Annotated[int, Field(ge=1, le=64)] = Field(default=1, description="Processes that serve the one port.")
    trusted_proxies: Networks = Field(
        default=(),
        description="Networks of your reverse proxies, with commas between, like `10.0.0.0/8,::1/128`. Only from these "
        "is `X-Forwarded-For` believed.",
    )
    destination_countries: Countries = Field(
        default=(),
        description="Countries that calls may be connected to, as ISO 3166 codes with commas between, like `IN,GB`. "
        "Not set: the countries of your own numbers.",
    )
    ring_seconds: Annotated[int, Field(ge=5, le=60)] = Field(
        default=22, description="How long an owner's phone rings; longer, and voicemail tends to answer."
    )
    talk_seconds: Annotated[int, Field(ge=60, le=14_400)] = Field(
        default=3600, description="How long two people may talk, at most."
    )
    callback_minutes: Annotated[int, Field(ge=0, le=1440)] = Field(
        default=30, description="How long after a call the owner can call the stranger back; 0 is never."
    )
    lookups_a_day: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=100, description="Distinct numbers that a person may look up in a day; a device half as many more."
    )
    lookups_a_month: Annotated[int, Field(ge=1, le=10_000)] = Field(default=1000, description="The same in 30 days.")
    lookups_network_a_day: Annotated[int, Field(ge=100, le=1_000_000)] = Field(
        default=5000,
        description="The same in a day for a whole network (/24 of IPv4, /48 of IPv6), which many people may share.",
    )
    names_merge_at_least: Annotated[int, Field(ge=5, le=1000)] = Field(
        default=5,
        description="How many people must have given address books (or names, or marks) until theirs are merged "
        "together; with fewer, theirs could be told apart. More hides people better, and takes longer.",
    )
    names_tick_seconds: Annotated[int, Field(ge=1, le=86_400)] = Field(
        default=3600,
        description="Seconds from one publication of names to the next. Between two, names only go.",
    )
    courier_exceptions: DeskPlaces = Field(
        default=(),
        description="Places on this machine that a customer's hooks may have as well, also by plain http, with commas "
        "between, like `127.0.0.1:9000`. For the desk only; otherwise hooks are https and on the internet.",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="`json`, `text`, or `auto`: text on a terminal, JSON elsewhere."
    )

    @property
    def external(self) -> bool:
        """Whether PostgreSQL and Valkey are given (production), so that nothing is embedded."""
        return self.database_url is not None

    @property
    def base_url(self) -> str:
        """Where the world reaches this service, without a slash at the end."""
        host = f"[{self.http_host}]" if ":" in self.http_host else self.http_host
        return self.public_url or f"http://{host}:{self.http_port}"

    @property
    def pooled(self) -> bool:
        """Whether DATABASE_URL changes the server behind a connection from transaction to transaction."""
        return self.database_pooling == "transaction"

    def session_url(self, database_url: str) -> str:
        """
        Where what outlives a transaction connects to: LISTEN, the hold on the keys, migrations, most commands.

        database_url: what DATABASE_URL says, or the embedded server's address. The result holds a password too.
        """
        return self.database_direct_url.get_secret_value() if self.database_direct_url else database_url

    @property
    def keys_file(self) -> Path:
        """The file of root keys, whether it exists or not."""
        return self.keys or self.data_dir / "keys.json"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = []
        for one, other in (
            ("database_url", "redis_url"),
            ("twilio_account_sid", "twilio_auth_token"),
            ("plivo_auth_id", "plivo_auth_token"),
            ("dlt_entity_id", "dlt_header"),
        ):
            if (getattr(self, one) is None) != (getattr(self, other) is None):
                missing, there = (one, other) if getattr(self, one) is None else (other, one)
                problems.append(f"{_variable(missing)}: missing, while {_variable(there)} is set; set both or neither")
        direct, url = _variable("database_direct_url"), _variable("database_url")
        if self.pooled and self.database_direct_url is None:
            problems.append(f"{direct}: missing; LISTEN and locks need it behind a pooler in transaction mode")
        if not self.external and (self.pooled or self.database_direct_url is not None):
            problems.append(f"{url}: missing, while {direct} or {_variable('database_pooling')} tells more of it")
        if self.external:
            problems += [
                f"{_variable(name)}: missing; with {_variable('database_url')} set (production) it has no default"
                for name in ("public_url", "keys")
                if getattr(self, name) is None
            ]
            if self.courier_exceptions:
                problems.append(f"{_variable('courier_exceptions')}: is for the desk; leave it out in production")
        ports = [port for port in (self.http_port, self.ops_port, self.exchange_port) if port]
        if len(set(ports)) < len(ports):
            names = ", ".join(_variable(name) for name in ("http_port", "ops_port", "exchange_port"))
            problems.append(f"{names}: two of them are the same port; give each its own")
        if problems:
            raise ValueError("\n".join(problems))
        return self


class Settings(ProofSettings, HouseSettings):
    """All of them, the house's own first. Read by `load()`."""


def load(env_file: Path = ENV_FILE) -> Settings:
    """
    The settings of the environment and of `env_file` (which need not exist).

    Raises SettingsRefused: a line for each variable that is wrong, with what to do; also for names that are no setting,
    so that a typing error does not pass as a default.
    """
    complaints = _unknown(env_file)
    settings = None
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own word
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        complaints += dict.fromkeys(_complaint(detail) for detail in details)
    except UnicodeDecodeError:
        complaints.append(f"{env_file}: is not UTF-8 text")
    if complaints or settings is None:
        raise SettingsRefused(complaints) from None
    return settings


def _variable(field: str) -> str:
    return PREFIX + field.upper()


def _complaint(detail: Mapping[str, Any]) -> str:
    """A line about one variable. pydantic's own words hold no input here, ours never do."""
    message = str(detail.get("ctx", {}).get("error", detail["msg"]))
    if not detail["loc"]:
        return message
    message = message.replace("Input should be", "should be").replace(", unable to parse string as an integer", "")
    return f"{_variable(str(detail['loc'][0]))}: {message}"


def _unknown(env_file: Path) -> list[str]:
    known = {_variable(name) for name in Settings.model_fields} | RUNNERS_OWN
    try:
        names = {*os.environ, *dotenv_values(env_file)}
    except UnicodeDecodeError:
        names = {*os.environ}
    complaints = []
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            complaints.append(f"{name}: is no setting" + (f"; did you mean {near[0]}?" if near else "; remove it"))
    return complaints
