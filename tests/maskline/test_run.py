"""`./run`: the one way in, from a fresh clone and ever after."""

import os
import shutil
import subprocess
import sys

import pytest

from maskline.settings import HOME


@pytest.fixture
def clone(tmp_path):
    """`run` and the locks in a folder of their own, without a .venv."""
    place = tmp_path / "clone"
    place.mkdir()
    for path in (HOME / "run", *HOME.glob("requirements*")):
        shutil.copy(path, place)
    return place


@pytest.fixture
def bare(tmp_path):
    """A PATH with nothing on it but what every machine has; tests add their own python3."""
    place = tmp_path / "bin"
    place.mkdir()
    for tool in ("sh", "env", "dirname", "basename", "cmp", "cp", "rm", "mkdir", "cat"):
        (place / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    return place


def program(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def installed(clone):
    """A .venv that is up to date, whose Python tells what it was asked."""
    program(clone / ".venv/bin/python", 'echo "$PYTHONPATH" "$(pwd)" "$@"')
    for lock in ("desk", "dev"):
        shutil.copy(clone / f"requirements-{lock}.lock", clone / f".venv/installed-{lock}.lock")


def run(clone, *arguments, path=None, cwd=None, **environment):
    return subprocess.run(
        [clone / "run", *arguments],
        env={"PATH": str(path) if path else os.environ["PATH"], **environment},
        cwd=cwd or clone,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_start_installs_nothing_and_needs_no_python_of_the_machine(clone, bare):
    installed(clone)

    done = run(clone, path=bare)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [str(clone), str(clone), "-P", "-m", "maskline", "demo"]


def test_a_command_keeps_the_callers_folder_and_words(clone, bare, tmp_path):
    installed(clone)

    done = run(clone, "backup", "my file.tar", path=bare, cwd=tmp_path)

    assert done.stdout == f"{clone} {tmp_path} -P -m maskline backup my file.tar\n"


def test_tests_run_in_two_processes_unless_told_otherwise(clone):
    installed(clone)

    assert run(clone, "test", "-k", "x").stdout.endswith("-m pytest -n 2 --dist worksteal -k x\n")
    assert run(clone, "test", "-n0", "x").stdout.endswith("-m pytest -n0 x\n")


def test_what_a_missing_browser_leaves_out_is_one_line(clone, bare):
    installed(clone)

    done = run(clone, "test", path=bare)

    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert "left out" in done.stderr
    assert "apt-get install chromium" in done.stderr


def test_a_python_that_is_too_old_is_told_in_one_line(clone, bare):
    program(bare / "python3", 'case "$2" in *exit*) exit 1 ;; *) echo "this machine has 3.9.2" ;; esac')

    done = run(clone, path=bare)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "needs Python 3.11 or newer; this machine has 3.9.2" in done.stderr


def test_a_machine_without_python_is_told_so(clone, bare):
    done = run(clone, path=bare)

    assert done.returncode == 1
    assert "needs Python 3.11 or newer; none was found on PATH" in done.stderr


def test_a_folder_that_cannot_be_written_is_told_with_a_way_out(clone, bare):
    (bare / "python3").symlink_to(sys.executable)
    (clone / ".venv").write_text("in the way")

    done = run(clone, path=bare)

    assert done.returncode == 1
    assert f"cannot write {clone}/.venv" in done.stderr
    assert "MASKLINE_VENV=" in done.stderr


def test_a_changed_lock_is_installed_before_the_start(clone, bare):
    installed(clone)
    (clone / "requirements-desk.lock").write_text("changed\n")

    done = run(clone, path=bare)

    assert "installing requirements-desk.lock" in done.stderr
    assert "pip install --quiet --require-hashes" in done.stderr
    assert "uv pip install" in done.stderr
    assert done.stdout.endswith("-m maskline demo\n")
    assert (clone / ".venv/installed-desk.lock").read_text() == "changed\n"
    assert not (clone / ".venv/installed-dev.lock").exists()


def test_without_uv_plain_pip_does_it(clone, bare):
    installed(clone)
    (clone / "requirements-desk.lock").write_text("changed\n")
    program(clone / ".venv/bin/python", 'case "$*" in *-uv.lock*) exit 1 ;; *) echo "$@" ;; esac')

    done = run(clone, path=bare)

    assert "trying plain pip" in done.stderr
    assert "-m pip install --require-hashes --requirement" in done.stderr
    assert done.stdout.endswith("-m maskline demo\n")


def test_an_install_that_fails_starts_nothing_and_is_tried_again(clone, bare):
    installed(clone)
    (clone / "requirements-desk.lock").write_text("changed\n")
    program(clone / ".venv/bin/python", 'case "$*" in *install*) exit 1 ;; *) echo "started" ;; esac')

    done = run(clone, path=bare)

    assert done.returncode == 1
    assert "could not install requirements-desk.lock" in done.stderr
    assert "started" not in done.stdout
    assert not (clone / ".venv/installed-desk.lock").exists()


def test_a_virtual_environment_may_stand_elsewhere(clone, bare, tmp_path):
    installed(clone)
    (clone / ".venv").rename(tmp_path / "elsewhere")

    done = run(clone, path=bare, MASKLINE_VENV=str(tmp_path / "elsewhere"))

    assert (done.returncode, done.stderr) == (0, "")
