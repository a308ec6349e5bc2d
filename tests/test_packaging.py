"""What is installed: locked packages, and a wheel that works in an empty environment, from any folder."""

import http.client
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from eventapp import config
from tests.post import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
NEEDED = {
    "requirements.lock": [
        *PROJECT["project"]["dependencies"],
        *EXTRAS["postgresql"],
        *PROJECT["dependency-groups"]["build"],
    ],
}
NEEDED["requirements-test.lock"] = [*NEEDED["requirements.lock"], *EXTRAS["test"]]


def locked(name):
    """Package to exact version, and how many hashes it has."""
    found, package = {}, ""
    for line in (ROOT / name).read_text().splitlines():
        pinned = re.match(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==([^ ]+)", line)
        if pinned:
            package = pinned[1]
            found[package] = [pinned[2], 0]
        elif line.strip().startswith("--hash=sha256:"):
            found[package][1] += 1
    return found


@pytest.mark.parametrize("name", NEEDED)
def test_lock_holds_what_is_needed(name):
    versions = {package: version for package, (version, _) in locked(name).items()}
    for text in NEEDED[name]:
        requirement = Requirement(text)
        version = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{text} is locked as {version}: run `make lock`"


@pytest.mark.parametrize("name", NEEDED)
def test_lock_has_hashes_and_names_no_index(name):
    assert all(hashes for _, hashes in locked(name).values())
    assert "://" not in (ROOT / name).read_text()


def test_both_locks_agree():
    runtime, tests = locked("requirements.lock"), locked("requirements-test.lock")
    assert {package: tests[package][0] for package in runtime} == {p: version for p, (version, _) in runtime.items()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without fetching anything."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    [path] = folder.glob("*.whl")
    return path


def test_wheel_holds_everything_the_program_reads_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("templates", "static"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert {f"eventapp/{path.relative_to(ROOT)}" for path in files} <= set(names)
    catalogues = [path for path in names if path.endswith("messages.po")]
    assert "eventapp/translations/fr/LC_MESSAGES/messages.po" in catalogues
    assert "eventapp/migrations/env.py" in names
    assert any(re.fullmatch(r"eventapp/migrations/versions/0001_\w+\.py", name) for name in names)
    tops = {name.split("/")[0] for name in names}
    assert tops == {"eventapp", f"eventapp-{PROJECT['project']['version']}.dist-info"}
    assert not [name for name in names if "test" in name or "__pycache__" in name or name.endswith(".csv")]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder with the commands of an environment that has the wheel, and our packages, but not our checkout."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    [packages] = (home / "lib").glob("python*/site-packages")
    packages.joinpath("ours.pth").write_text(sysconfig.get_path("purelib"))  # .pth files there are not read again
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            f"--python={home / 'bin' / 'python'}",
            "install",
            "--no-deps",
            "--no-index",
            wheel,
        ],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    return home / "bin"


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_installed_wheel_seeds_the_demo_and_serves_it_from_another_folder(installed, tmp_path):
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(config.PREFIX)}
    environment = {**inherited, "HOST": "127.0.0.1", "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    run = {"cwd": tmp_path, "env": environment, "text": True}
    demo = subprocess.run(
        [installed / "eventapp", "demo", "--json"], check=True, capture_output=True, timeout=PATIENCE, **run
    )
    found = json.loads(demo.stdout)
    assert found["events"][1]["url"] == f"http://127.0.0.1:{port}/e/demo-forum/"
    assert (installed.parent / "var" / "eventapp-instance" / "eventapp.db").is_file()
    with subprocess.Popen([installed / "eventapp", "serve"], stdout=subprocess.PIPE, **run) as server:
        try:
            while "Serving on" not in (line := server.stdout.readline()):
                assert line, "the server ended"
            assert get(port, "/")[0] == 200
            status, page = get(port, "/e/demo-forum/?lang=fr")
            assert (status, "Données de démonstration" in page) == (200, True)
            [style] = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
            assert get(port, style)[0] == 200
        finally:
            server.terminate()
            assert server.wait(PATIENCE) == 0
    assert list(tmp_path.iterdir()) == []
