"""Look-ups against their own description: whatever is sent, they answer as described and never break."""

from pathlib import Path

import pytest

from tests.callerid.lookups.desk import Desk
from tests.fuzzing import answers_as_described

EXAMPLES = 12


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its probe sends a broken header
async def test_whatever_is_sent_is_answered_as_described(desk: Desk, tmp_path: Path):
    await answers_as_described(desk.base, "^/api/callerid/(lookup|contacts|savers)", "token-0", tmp_path, EXAMPLES)
