"""The make commands and their set-up: what they offer, and what they say when something is missing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text()
TOO_OLD = "Python 3.11 or newer is needed, and {} was found: on Debian, run `apt install python3 python3-venv`.\n"
TARGETS = re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)


def test_help_lists_every_target():
    shown = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert re.findall(r"^  make ([a-z]+) +\S", shown, re.MULTILINE) == TARGETS
    [declared] = re.findall(r"^\.PHONY: (.*)", MAKEFILE, re.MULTILINE)
    assert sorted(declared.split()) == sorted(TARGETS)


@pytest.mark.parametrize("name", re.findall(r"\.ci/[a-z-]+", MAKEFILE))
def test_scripts_that_make_calls_can_be_run(name):
    assert os.access(ROOT / name, os.X_OK)


@pytest.fixture
def checkout(tmp_path):
    """A folder with what the set-up reads, and a folder of commands in which python3 can be replaced."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "setup", tmp_path / ".ci")
    for name in ("pyproject.toml", "requirements.lock", "requirements-test.lock"):
        shutil.copy(ROOT / name, tmp_path)
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("sh", "dirname", "cat", "cksum", "grep", "head", "rm"):
        (commands / name).symlink_to(shutil.which(name))
    return tmp_path


def set_up(checkout, python3=None, **more):
    """Runs the set-up with such a python3; returns its status and what it says about what is missing."""
    if python3 is not None:
        script = checkout / "commands" / "python3"
        script.write_text(f"#!/bin/sh\n{python3}\n")
        script.chmod(0o755)
    environment = {"PATH": str(checkout / "commands"), "HOME": str(checkout), **more}
    found = subprocess.run([checkout / ".ci" / "setup", "run"], env=environment, capture_output=True, text=True)
    return found.returncode, found.stderr


def test_set_up_without_python_says_so(checkout):
    assert set_up(checkout) == (1, TOO_OLD.format("no python3"))


def test_set_up_with_an_old_python_says_so(checkout):
    python3 = '[ "$1" = --version ] && echo Python 3.9.2 || exit 1'
    assert set_up(checkout, python3) == (1, TOO_OLD.format("Python 3.9.2"))


def test_set_up_without_the_venv_module_names_the_package(checkout):
    python3 = 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; esac'
    assert set_up(checkout, python3) == (
        1,
        "Python's venv module is missing: on Debian, run `apt install python3-venv` (or python3.11-venv).\n",
    )


def test_set_up_without_network_says_so(checkout):
    status, said = set_up(
        checkout,
        f'exec {sys.executable} "$@"',
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_CONFIG_FILE=os.devnull,
        PIP_RETRIES="0",
    )
    assert (status, said) == (
        1,
        "The packages could not be downloaded: is there a network? (Details: .venv/setup.log)\n",
    )
    assert not (checkout / ".venv" / ".installed").exists()
