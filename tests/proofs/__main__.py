"""All ten thousand histories, and three hundred over HTTP: `python -m tests.proofs` (some minutes on two cores)."""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ.setdefault("PROOF_HISTORIES", "10000")
    os.environ.setdefault("PROOF_HTTP_HISTORIES", "150")
    files = ["tests/proofs/test_histories.py", "tests/proofs/test_histories_over_http.py"]
    sys.exit(pytest.main(["-n", "2", "--durations=12", *files, *sys.argv[1:]]))
