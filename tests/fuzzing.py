"""Programs that send whatever a description allows, and things that it does not, to whoever published it."""

import asyncio
import os
import sys
from pathlib import Path

_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


async def answers_as_described(
    base: str, paths: str, token: str, folder: Path, examples: int, *more: str, config: Path | None = None
) -> None:
    """
    Asserts that what our own API answers is as it describes.

    paths: a regular expression. token: of whoever asks. more, config: options and a file of schemathesis's.
    """
    chosen = ("--config-file", str(config)) if config else ()
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", *chosen, "run", f"{base}/api/openapi.json",
        "-H", f"Authorization: Bearer {token}", "--include-path-regex", paths, *more,
        "--max-examples", str(examples), "--phases", "fuzzing", "--seed", "1", "--checks", _CHECKS,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    told, _ = await program.communicate()

    assert program.returncode == 0, told.decode()[-6000:]
    assert " generated, " in told.decode()
