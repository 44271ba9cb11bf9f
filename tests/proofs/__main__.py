"""Ten thousand histories, half as many of sessions, some over HTTP: `python -m tests.proofs` (minutes on two cores)."""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ.setdefault("PROOF_HISTORIES", "10000")
    os.environ.setdefault("PROOF_SESSION_HISTORIES", "5000")
    os.environ.setdefault("PROOF_HTTP_HISTORIES", "150")
    names = ("test_histories", "test_session_histories", "test_histories_over_http")
    files = [f"tests/proofs/{name}.py" for name in names]
    sys.exit(pytest.main(["-n", "2", "--durations=12", *files, *sys.argv[1:]]))
