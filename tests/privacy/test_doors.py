"""How programs sign in at all doors."""

import pytest

from privacy.doors import bearer, signed_in


@pytest.mark.parametrize(
    ("header", "given"),
    [("Basic QUM6eA==", ("AC", "x")), ("basic QUM6eA==", ("AC", "x")), ("Basic QUM=", None), ("Basic !", None),
     ("Basic /w==", None), ("Bearer x", None), ("", None), ("Basic QUM6eTp6", ("AC", "y:z"))],
)  # fmt: skip
def test_http_basic_is_read_as_rfc_7617_has_it(header, given):
    assert signed_in(header) == given


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer x", "x"), ("bearer  x ", "x"), ("Bearer", None), ("Bearer ", None), ("Basic x", None)],
)
def test_a_bearer_token_is_read_as_rfc_6750_has_it(header, token):
    assert bearer(header) == token
