"""People and owners against their own description: whatever is sent, they answer as described and never break."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.admin.arriving import arrives
from tests.masking.served import served
from tests.town import Town

EXAMPLES = 8
_PATHS = "^/api/(people|callerid/(mine|opt-outs))"
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its probe sends a broken header
async def test_whatever_is_sent_is_answered_as_described(town: Town, tmp_path: Path):
    welcome = await arrives(town)
    async with served(town) as base:
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", "run", f"{base}/api/openapi.json",
            "-H", f"Authorization: Bearer {welcome.token}", "--include-path-regex", _PATHS,
            "--exclude-method", "DELETE",
            "--max-examples", str(EXAMPLES), "--phases", "fuzzing", "--seed", "1", "--checks", _CHECKS,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
            env={**os.environ, "NO_COLOR": "1"},
        )  # fmt: skip
        told, _ = await program.communicate()

    assert program.returncode == 0, told.decode()[-6000:]
    assert " generated, " in told.decode()
