"""The key ring: random 32-byte roots with ids, from which every other key is derived (HKDF-SHA256, RFC 5869)."""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self, cast, get_args

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privacy.key_file import KeysUnfit, read_private, write_private

__all__ = ["KEY_BYTES", "ROOTS", "KeyRing", "KeysUnfit", "Root", "RootKey", "derived", "keyed"]

Root = Literal["number", "seal", "token", "audit"]
ROOTS: tuple[Root, ...] = get_args(Root)
KEY_BYTES = 32
_FORMAT = 1
_LARGEST_ID = 2**31 - 1


def derived(secret: bytes, purpose: str) -> bytes:
    """The 32-byte key for one purpose. Who holds it learns nothing about the secret or about other purposes."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def keyed(secret: bytes) -> Callable[[bytes], bytes]:
    """
    HMAC-SHA256 under one secret, whose part of the work is done once: a fifth of `hmac.digest`'s time (CPython 3.11,
    OpenSSL 3), which every webhook pays ten times over.
    """
    fresh = hmac.new(secret, digestmod="sha256")

    def digest(message: bytes) -> bytes:
        made = fresh.copy()
        made.update(message)
        return made.digest()

    return digest


@dataclass(frozen=True, slots=True, repr=False)
class RootKey:
    """One root. key_id: from 1. secret: 32 random bytes, which no repr shows."""

    root: Root
    key_id: int
    secret: bytes
    created: datetime

    def __repr__(self) -> str:
        return f"RootKey({self.root} {self.key_id})"


class KeyRing:
    """
    The roots of one installation.

    number: ids 1, 2, 3 … are a chain; each rekeying adds one that wraps the keys made so far. seal: the newest seals,
    older ones still open. token: the newest signs, older ones still verify. audit: exactly one.
    """

    def __init__(self, keys: Iterable[RootKey]) -> None:
        """Raises KeysUnfit where the keys do not make a ring."""
        self._keys: dict[tuple[Root, int], RootKey] = {}
        for key in keys:
            if (key.root, key.key_id) in self._keys:
                raise KeysUnfit(f"Key {key.root} {key.key_id} stands in it twice.")
            self._keys[key.root, key.key_id] = key
        self._check()
        self._derived: dict[tuple[Root, int, str], bytes] = {}

    @classmethod
    def load(cls, path: Path) -> Self:
        """The ring in a key file. Raises KeysUnfit."""
        content = read_private(path)
        try:
            document = json.loads(content)
        except ValueError:  # a JSONDecodeError carries the whole text, so it must not travel on
            raise KeysUnfit(f"{path} is not JSON. Restore it from where keys are kept.") from None
        if not isinstance(document, dict) or document.get("format") != _FORMAT:
            raise KeysUnfit(f"{path} is not a key file of this version of Maskline.")
        entries = document.get("keys")
        return cls(_read(entry) for entry in (entries if isinstance(entries, list) else []))

    @classmethod
    def create(cls, path: Path, at: datetime | None = None) -> Self:
        """Makes a ring of one new key a root and writes it, 0600. Raises KeysUnfit, also where the file exists."""
        ring = cls(_new(root, 1, at or datetime.now(UTC)) for root in ROOTS)
        write_private(path, ring._document(), replace=False)
        return ring

    def save(self, path: Path) -> None:
        """Writes the ring over the file it came from. Raises KeysUnfit."""
        write_private(path, self._document(), replace=True)

    def ids(self, root: Root) -> tuple[int, ...]:
        """The ids of a root, oldest first; at least one."""
        return tuple(sorted(key_id for name, key_id in self._keys if name == root))

    def newest(self, root: Root) -> int:
        return self.ids(root)[-1]

    def derive(self, root: Root, purpose: str, key_id: int | None = None) -> bytes:
        """
        32 bytes for a purpose, the same in every process of this ring.

        key_id: the newest unless given. Raises KeyError for an id that the ring lacks. Purposes are kept in memory, so
        they come from a fixed set of words.
        """
        place = (root, self.newest(root) if key_id is None else key_id, purpose)
        if place not in self._derived:
            self._derived[place] = derived(self._keys[place[:2]].secret, purpose)
        return self._derived[place]

    def derive_each(self, root: Root, purpose: str) -> tuple[bytes, ...]:
        """The same from every key of a root, newest first: the first signs, each of them verifies."""
        return tuple(self.derive(root, purpose, key_id) for key_id in reversed(self.ids(root)))

    def with_new(self, root: Root, at: datetime) -> "KeyRing":
        """A ring with one more key of `root`."""
        return KeyRing([*self._keys.values(), _new(root, self.newest(root) + 1, at)])

    def without(self, root: Root, key_id: int) -> "KeyRing":
        """A ring without an old key. Raises KeysUnfit for one that it needs."""
        if root not in ("seal", "token") or key_id == self.newest(root):
            raise KeysUnfit(f"Key {root} {key_id} is in use and stays.")
        return KeyRing(key for place, key in self._keys.items() if place != (root, key_id))

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(f'{root} {key_id}' for root, key_id in sorted(self._keys))})"

    def _check(self) -> None:
        for root in ROOTS:
            if not self.ids(root):
                raise KeysUnfit(f"It has no key for {root}. Restore the whole file.")
        if self.ids("number") != tuple(range(1, self.newest("number") + 1)):
            raise KeysUnfit("The keys for number are a chain, 1, 2, 3 … and one is missing. Restore the whole file.")
        if len(self.ids("audit")) > 1:
            raise KeysUnfit("It has more than one key for audit: one chain has one key.")
        if len({key.secret for key in self._keys.values()}) < len(self._keys):
            raise KeysUnfit("Two of its keys are the same. Each must be random bytes of its own.")

    def _document(self) -> bytes:
        keys = [
            {
                "root": key.root,
                "id": key.key_id,
                "key": base64.b64encode(key.secret).decode(),
                "created": key.created.astimezone(UTC).isoformat(timespec="seconds"),
            }
            for key in self._keys.values()
        ]
        return json.dumps({"format": _FORMAT, "keys": keys}, indent=1).encode() + b"\n"


def _new(root: Root, key_id: int, at: datetime) -> RootKey:
    return RootKey(root, key_id, secrets.token_bytes(KEY_BYTES), at)


def _read(entry: Any) -> RootKey:
    """One entry of the file. Raises KeysUnfit, which names the entry and never shows its key."""
    if not isinstance(entry, dict):
        raise KeysUnfit("One of its keys is not an object with root, id, key and created.")
    root, key_id = entry.get("root"), entry.get("id")
    if root not in ROOTS:
        raise KeysUnfit(f"A root that is not one of {', '.join(ROOTS)} stands in it.")
    if type(key_id) is not int or not 1 <= key_id <= _LARGEST_ID:
        raise KeysUnfit(f"A key of {root} has no id; ids are whole numbers from 1.")
    try:
        secret = base64.b64decode(entry["key"], validate=True)
        created = datetime.fromisoformat(entry["created"])
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise KeysUnfit(f"Key {root} {key_id} is damaged: `key` is base64, `created` an ISO 8601 time.") from None
    if len(secret) != KEY_BYTES:
        raise KeysUnfit(f"Key {root} {key_id} has {len(secret)} bytes; it must have {KEY_BYTES}.")
    if len(set(secret)) < KEY_BYTES // 4:  # random bytes repeat so much less than once in 10^36
        raise KeysUnfit(f"Key {root} {key_id} is not random. Let the program make keys: docs/backup.md.")
    return RootKey(cast("Root", root), key_id, secret, created)
