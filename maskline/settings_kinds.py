"""How values of settings are written: each check says what to write instead, and repeats none of it."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _words(value: object) -> object:
    """`a, b` as a list; pydantic-settings would want JSON."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("write an address like https://calls.example.org, without a query or a password")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("write https://; plain http is only for addresses of this machine (127.0.0.1, localhost)")
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _network(value: str) -> Network:
    try:
        return ipaddress.ip_network(value)
    except ValueError:
        raise ValueError("write networks with commas between, like 10.0.0.0/8,::1/128") from None


def _country(value: str) -> str:
    import phonenumbers

    if value.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("write two-letter ISO 3166 codes with commas between, like IN,GB (the United Kingdom is GB)")
    return value.upper()


def _desk_place(value: str) -> str:
    try:
        parts = urlsplit(f"//{value}")
        ipaddress.ip_address(parts.hostname or "")
        fits = parts.netloc == value and parts.port and "@" not in value
    except ValueError:
        fits = False
    if not fits or not _is_loopback(parts.hostname or ""):
        raise ValueError("write addresses of this machine with their ports, like 127.0.0.1:9000,[::1]:9001")
    return value


def matches(pattern: str, hint: str) -> AfterValidator:
    """Text of which the whole fits a regular expression. hint: what to write instead."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(hint)
        return value

    return AfterValidator(check)


def _scheme(*allowed: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if urlsplit(value.get_secret_value()).scheme not in allowed:
            raise ValueError(f"write an address that starts with {' or '.join(f'{name}://' for name in allowed)}")
        return value

    return AfterValidator(check)


Port = Annotated[int, Field(ge=0, le=65535)]
FilePath = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
PostgresUrl = Annotated[SecretStr, _scheme("postgresql", "postgres")]
ValkeyUrl = Annotated[SecretStr, _scheme("redis", "rediss", "unix")]

Listed = BeforeValidator(_words)
"""A tuple that is written with commas between; goes with pydantic-settings' NoDecode."""
Networks = Annotated[tuple[Annotated[Network, BeforeValidator(_network)], ...], NoDecode, Listed]
Countries = Annotated[tuple[Annotated[str, AfterValidator(_country)], ...], NoDecode, Listed]
DeskPlaces = Annotated[tuple[Annotated[str, AfterValidator(_desk_place)], ...], NoDecode, Listed]
