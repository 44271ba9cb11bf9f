"""Sealed values open in their own row, with their own ring, and nowhere else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from privacy.keys import KEY_BYTES
from privacy.sealing import UNDER_ROOT, Cipher, Sealer, Unsealable, Where, key_id_of, version_of

AT = datetime(2030, 1, 15, tzinfo=UTC)
HERE = Where.phone(UUID(int=1))
NUMBER = "+447700900123"


def test_what_is_sealed_opens_in_its_row(sealer):
    assert sealer.open(sealer.seal(NUMBER, HERE), HERE) == NUMBER


def test_a_box_tells_nothing_of_its_text_and_never_repeats(sealer):
    first, second = sealer.seal(NUMBER, HERE), sealer.seal(NUMBER, HERE)

    assert first != second
    assert b"7700" not in first
    assert len(first) == len(NUMBER) + 37


@pytest.mark.parametrize(
    "there",
    [Where.phone(UUID(int=2)), Where("phone", "other", UUID(int=1)), Where("call", "sealed", UUID(int=1))],
    ids=["another row", "another column", "another table"],
)
def test_a_box_copied_elsewhere_does_not_open(sealer, there):
    with pytest.raises(Unsealable):
        sealer.open(sealer.seal(NUMBER, HERE), there)


def test_a_box_changed_in_any_bit_does_not_open(sealer):
    box = sealer.seal(NUMBER, HERE)

    for position in range(len(box) * 8):
        changed = bytearray(box)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(Unsealable):
            sealer.open(bytes(changed), HERE)


def test_a_box_cut_short_anywhere_does_not_open(sealer):
    box = sealer.seal(NUMBER, HERE)

    for length in range(len(box)):
        with pytest.raises(Unsealable):
            sealer.open(box[:length], HERE)


def test_another_rings_box_does_not_open(sealer, other_ring):
    other = Sealer(other_ring)

    with pytest.raises(Unsealable) as caught:
        sealer.open(other.seal(NUMBER, HERE), HERE)

    assert NUMBER not in str(caught.value)


def test_after_a_rotation_new_boxes_use_the_new_key_and_old_ones_open(ring):
    old, new = Sealer(ring), Sealer(ring.with_new("seal", AT))
    box = old.seal(NUMBER, HERE)

    assert new.open(box, HERE) == NUMBER
    assert (key_id_of(box), key_id_of(new.seal(NUMBER, HERE))) == (1, 2)
    assert version_of(box) == UNDER_ROOT
    assert new.seal(NUMBER, HERE).startswith(new.header)
    with pytest.raises(Unsealable, match="key file lacks"):
        old.open(new.seal(NUMBER, HERE), HERE)


@given(st.text())
def test_any_text_comes_back(text):
    cipher = Cipher(UNDER_ROOT, 7, bytes(range(KEY_BYTES)))
    here = Where.phone(new_id())

    assert cipher.open(cipher.seal(text, here), here) == text


@given(st.binary(max_size=80))
def test_garbage_is_unsealable_and_nothing_worse(garbage):
    cipher = Cipher(UNDER_ROOT, 7, bytes(range(KEY_BYTES)))

    with pytest.raises(Unsealable):
        cipher.open(garbage, HERE)
