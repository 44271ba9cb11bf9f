"""The key ring: it loads whole or says what is wrong, and it never shows a byte."""

import base64
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from privacy.keys import ROOTS, KeyRing, KeysUnfit

AT = datetime(2030, 1, 15, tzinfo=UTC)


def entries(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["keys"]
    return found


def rewrite(path: Path, keys: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps({"format": 1, "keys": keys}))


def refused(path: Path) -> str:
    with pytest.raises(KeysUnfit) as caught:
        KeyRing.load(path)
    assert caught.value.detail
    return caught.value.detail


def test_a_new_ring_is_for_our_eyes_only(key_path):
    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600
    assert {entry["root"] for entry in entries(key_path)} == set(ROOTS)
    assert {len(base64.b64decode(entry["key"])) for entry in entries(key_path)} == {32}


def test_a_ring_read_again_derives_the_same_keys(key_path):
    first, second = KeyRing.load(key_path), KeyRing.load(key_path)

    assert first.derive("seal", "box") == second.derive("seal", "box")
    assert len({first.derive(root, purpose) for root in ROOTS for purpose in ("a", "b")}) == 2 * len(ROOTS)


def test_derived_keys_are_hkdf_sha256():
    """RFC 5869's construction by hand, so that rows outlive a change of library."""
    import hashlib
    import hmac

    from privacy.keys import derived

    secret = bytes(range(32))
    extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()

    assert derived(secret, "box") == hmac.new(extracted, b"box\x01", hashlib.sha256).digest()


def test_an_existing_file_is_never_written_over(key_path):
    before = key_path.read_bytes()

    with pytest.raises(KeysUnfit, match="exists already"):
        KeyRing.create(key_path)

    assert key_path.read_bytes() == before
    assert list(key_path.parent.iterdir()) == [key_path]


def test_no_byte_of_a_key_is_shown(ring, key_path):
    shown = f"{ring!r} {ring} {list(ring._keys.values())!r}"

    for entry in entries(key_path):
        assert entry["key"] not in shown
        assert repr(base64.b64decode(entry["key"])) not in shown
    assert "seal 1" in shown


def test_a_missing_file_says_so(tmp_path):
    assert "does not exist" in refused(tmp_path / "none.keys")


def test_a_folder_is_not_a_key_file(tmp_path):
    assert "is not a file" in refused(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o660, 0o666, 0o700])
def test_a_file_that_others_may_read_is_refused(key_path, mode):
    key_path.chmod(mode)

    assert "chmod 600" in refused(key_path)


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_a_file_of_our_own_is_read(key_path, mode):
    key_path.chmod(mode)

    assert KeyRing.load(key_path).ids("seal") == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_secret_of_roots_may_be_read_by_its_group_and_by_nobody_else(key_path, monkeypatch):
    """As Kubernetes mounts it: root's, 0440, and the service runs as somebody else in that group."""
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    key_path.chmod(0o440)
    assert KeyRing.load(key_path).ids("seal") == (1,)

    key_path.chmod(0o444)
    assert "chmod 600" in refused(key_path)

    os.chown(key_path, 1234, 1234)
    assert "another user" in refused(key_path)


def test_a_damaged_file_is_refused_without_repeating_it(key_path):
    secret = entries(key_path)[0]["key"]
    key_path.write_text(key_path.read_text()[:-20])

    with pytest.raises(KeysUnfit) as caught:
        KeyRing.load(key_path)

    assert "not JSON" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert secret not in str(caught.value)


def test_a_file_of_another_version_is_refused(key_path):
    key_path.write_text('{"format": 2, "keys": []}')

    assert "this version" in refused(key_path)


def test_a_huge_file_is_refused(key_path):
    key_path.write_bytes(b" " * 70_000)

    assert "larger than" in refused(key_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": base64.b64encode(bytes(range(31))).decode()}, "has 31 bytes"),
        ({"key": base64.b64encode(bytes(32)).decode()}, "is not random"),
        ({"key": "not base64!"}, "is damaged"),
        ({"created": "yesterday"}, "is damaged"),
        ({"root": "door"}, "not one of number, seal, token, audit"),
        ({"id": 0}, "has no id"),
        ({"id": True}, "has no id"),
        ({"id": "1"}, "has no id"),
        ({"id": 2}, "one is missing"),
    ],
)
def test_a_wrong_entry_is_named(key_path, change, said):
    keys = entries(key_path)
    assert keys[0]["root"] == "number"
    rewrite(key_path, [keys[0] | change, *keys[1:]])

    assert said in refused(key_path)


def test_a_doubled_id_is_named(key_path):
    rewrite(key_path, [*entries(key_path), entries(key_path)[1]])

    assert "Key seal 1 stands in it twice" in refused(key_path)


def test_one_secret_for_two_roots_is_refused(key_path):
    keys = entries(key_path)
    rewrite(key_path, [keys[0] | {"key": keys[1]["key"]}, *keys[1:]])

    assert "are the same" in refused(key_path)


@pytest.mark.parametrize("root", ROOTS)
def test_a_ring_without_one_of_its_roots_is_refused(key_path, root):
    rewrite(key_path, [entry for entry in entries(key_path) if entry["root"] != root])

    assert f"no key for {root}" in refused(key_path)


def test_a_second_audit_key_is_refused(key_path):
    keys = entries(key_path)
    rewrite(key_path, [*keys, keys[-1] | {"id": 2, "key": base64.b64encode(os.urandom(32)).decode()}])

    assert "one chain has one key" in refused(key_path)


def test_a_key_added_and_saved_is_there_after_a_restart(key_path, ring):
    ring.with_new("seal", AT).save(key_path)
    again = KeyRing.load(key_path)

    assert again.ids("seal") == (1, 2)
    assert again.newest("seal") == 2
    assert again.derive("seal", "box", 1) == ring.derive("seal", "box")
    assert again.derive("seal", "box") != ring.derive("seal", "box")
    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600


def test_only_an_old_seal_or_token_key_can_be_taken_out(ring):
    larger = ring.with_new("seal", AT).with_new("number", AT)

    assert larger.without("seal", 1).ids("seal") == (2,)
    for root, key_id in (("seal", 2), ("number", 1), ("audit", 1), ("token", 1)):
        with pytest.raises(KeysUnfit, match="is in use"):
            larger.without(root, key_id)


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(KeysUnfit, match="cannot be written"):
        KeyRing.create(tmp_path / "nowhere" / "maskline.keys")
