"""A bed on the tests' own servers, so that the bench itself starts none."""

import pytest

from bench.bed import Bed
from bench.scene import Size
from privacy.keys import KeyRing

SMALL = Size(sites=2, pool=30, shared=1)


@pytest.fixture
def bed(database_url, redis_url, tmp_path):
    keys = tmp_path / "keys.json"
    KeyRing.create(keys)
    return Bed(database_url, redis_url, keys)
