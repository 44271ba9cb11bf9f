"""People and owners against their own description: whatever is sent, they answer as described and never break."""

from pathlib import Path

import pytest

from tests.admin.arriving import arrives
from tests.fuzzing import answers_as_described
from tests.masking.served import served
from tests.town import Town

EXAMPLES = 8
_PATHS = "^/api/(people|callerid/(mine|opt-outs))"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its probe sends a broken header
async def test_whatever_is_sent_is_answered_as_described(town: Town, tmp_path: Path):
    welcome = await arrives(town)
    async with served(town) as base:
        await answers_as_described(base, _PATHS, welcome.token, tmp_path, EXAMPLES, "--exclude-method", "DELETE")
