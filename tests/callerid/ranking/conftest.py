"""The model that is shipped, without a word learned: these tests are about rules."""

import pytest

from callerid.ranking import Model


@pytest.fixture(name="model")
def _model():
    return Model.load()
