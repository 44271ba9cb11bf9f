"""The quick HMAC is the one of the standard library."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.mac import Mac


@given(st.binary(min_size=1, max_size=64), st.binary(max_size=200))
def test_it_signs_as_the_standard_library_does(key: bytes, message: bytes):
    assert Mac(key)(message) == hmac.digest(key, message, "sha256")


def test_it_shows_no_key():
    assert repr(Mac(b"secret" * 5)) == "Mac()"


@pytest.mark.parametrize("length", [0, 65])
def test_a_key_that_it_would_sign_wrongly_with_is_refused(length: int):
    with pytest.raises(ValueError, match="1 to 64"):
        Mac(b"k" * length)
