"""`./run keys`: the key file. What a root is for stands in docs/backup.md."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import click

from maskline.commands.opening import Opened, with_house
from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown, json_option
from privacy import rotation
from privacy.keys import ROOTS, KeyRing

_COLUMNS = (("root", "Root"), ("id", "Id"), ("use", "Use"), ("seals", "Values it seals"))


@click.group()
def keys() -> None:
    """The key file: it opens what is sealed, and without it the database is worth nothing."""


@keys.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def make(shown: Shown, file: Path) -> None:
    """Make a key file for a new installation. An existing file is never written over.

    For production; embedded servers make theirs at the first start.
    """
    load_settings()
    KeyRing.create(file)
    shown.result(
        {"file": str(file.absolute())},
        f"Made {file}. Set MASKLINE_KEYS to it, and keep two copies apart from the database.",
    )


@keys.command("list")
@json_option
def list_(shown: Shown) -> None:
    """List the roots of the key file by id, and what is still sealed with each."""

    async def work(opened: Opened) -> list[dict[str, Any]]:
        async with opened.house.database.work() as conn:
            boxes = await rotation.sealed_under(conn)
        ring = opened.house.ring
        return [
            {"root": root, "id": key_id, "use": _use(ring, root, key_id),
             "seals": boxes[key_id] if root == "seal" else None}
            for root in ROOTS for key_id in ring.ids(root)
        ]  # fmt: skip

    shown.table("keys", with_house(shown, work), _COLUMNS, empty="")


@keys.command()
@click.argument("root", type=click.Choice(["seal", "token"]))
@json_option
def add(shown: Shown, root: Literal["seal", "token"]) -> None:
    """Add a new seal or token root to the key file.

    Then restart every process together. Workers re-seal everything with a new seal root; `keys list` shows when nothing
    is left under the old one, which `keys retire` then takes out. A number root is replaced by `./run rekey`.
    """
    loaded = load_settings()
    ring = KeyRing.load(loaded.keys_file).with_new(root, datetime.now(UTC))
    ring.save(loaded.keys_file)
    newest = ring.newest(root)
    shown.result(
        {"root": root, "id": newest, "file": str(loaded.keys_file)},
        f"Added {root} {newest} to {loaded.keys_file}. Back the file up, and restart every process together.",
    )


@keys.command()
@click.argument("key_id", metavar="ID", type=click.IntRange(1))
@json_option
def retire(shown: Shown, key_id: int) -> None:
    """Take a seal root that seals nothing any more out of the key file.

    Backups from before still need it: keep a copy for as long as you keep them, then destroy both.
    """

    async def work(opened: Opened) -> Path:
        house = opened.house
        async with house.database.work() as conn:
            smaller = await rotation.retire(conn, house.ring, key_id, house.clock.now())
        smaller.save(house.settings.keys_file)
        return house.settings.keys_file

    path = with_house(shown, work)
    shown.result(
        {"root": "seal", "id": key_id, "file": str(path)}, f"Took seal {key_id} out of {path}. Restart every process."
    )


def _use(ring: KeyRing, root: Any, key_id: int) -> str:
    if root == "number":
        return "needed for good"
    return "newest" if key_id == ring.newest(root) else "older"
