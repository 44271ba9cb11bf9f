"""Whether the key ring is the one that this database was written with. A ring that is not refuses to start."""

from core.problem import Problem
from privacy import store
from privacy.keys import ROOTS, KeyRing, KeysUnfit, Root
from sql.database import Connection

Checks = dict[tuple[str, int], bytes]


class RekeyUnderWay(Problem):
    """`./run rekey` is moving every number key just now. Start again when it is done."""

    status, slug, title = 503, "rekey-under-way", "Number keys are being replaced just now"


def proof(ring: KeyRing, root: Root, key_id: int) -> bytes:
    """What the database keeps of a key: 32 bytes that tell it from others and give nothing of it away."""
    return ring.derive(root, "key check", key_id)


async def hold_ring(conn: Connection) -> None:
    """
    Says that a process serves with its ring, for as long as `conn` lives; rekeying waits until nobody does.

    conn: a connection for nothing else, kept for the life of the process. After it was lost, hold and check again: the
    keys may have moved. Raises RekeyUnderWay.
    """
    if not await store.hold_ring(conn):
        raise RekeyUnderWay


async def check_ring(conn: Connection, ring: KeyRing) -> None:
    """
    Compares the ring with the database's key checks; writes them at the first start.

    New seal and token keys are taken up. Raises KeysUnfit where a key is missing or different, and where the ring has a
    number key that the rows were not yet moved to.
    """
    async with conn.transaction():
        known = await store.key_checks(conn, alone=True)
        refuse_strangers(known, ring)
        if known and (waiting := unapplied(known, ring)):
            raise KeysUnfit(f"Key number {waiting[0]} is in the key file but not in use yet. Run: ./run rekey")
        for root in ROOTS:
            for key_id in ring.ids(root):
                if (root, key_id) not in known:
                    await store.add_key_check(conn, root, key_id, proof(ring, root, key_id))


def refuse_strangers(known: Checks, ring: KeyRing) -> None:
    """Raises KeysUnfit, naming each root and id that the database knows and the ring lacks, or has otherwise."""
    wrong = []
    for root in ROOTS:
        for key_id in sorted(number for name, number in known if name == root):
            if key_id not in ring.ids(root):
                wrong.append(f"{root} {key_id} is missing")
            elif proof(ring, root, key_id) != known[root, key_id]:
                wrong.append(f"{root} {key_id} is a different key")
    if wrong:
        raise KeysUnfit(f"It is not this database's: {', '.join(wrong)}. Restore the right file: docs/backup.md.")


def unapplied(known: Checks, ring: KeyRing) -> list[int]:
    """Ids of number keys that stored keys were not wrapped with yet."""
    return [key_id for key_id in ring.ids("number") if ("number", key_id) not in known]
