"""The scanner's page and its files: all that it says is translated, nothing is missing without a network, and light."""

import json
import re
from pathlib import Path

import pytest

from eventapp.web.checkin import scanner

MODULES = Path(__file__).parents[2] / "static" / "checkin"
WITHOUT_DECODER, WITH_DECODER = 60_000, 700_000
"""Bytes of a first visit, compressed: what look.md allows; its target is 40 KB."""

pytestmark = pytest.mark.sqlite_only  # nothing here asks a database


@pytest.fixture
def shell(client):
    """What the server puts in front of the worker."""
    return json.loads(re.match(r"const SHELL = (.*);\n", client.get("/checkin/sw.js").text)[1])


def test_everything_that_the_modules_say_comes_with_the_page():
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(MODULES.glob("*.js")))
    said = set(re.findall(r'\bt\(\s*"((?:[^"\\]|\\.)+)"', source))
    for table in re.findall(r"const (?:TITLES|GIFTS|NEXT|CAMERA_PROBLEMS) = {(.*?)\n};", source, re.DOTALL):
        said |= set(re.findall(r':\s*"([^"]+)"', table))
    said |= {
        word
        for one in re.findall(r"const reasons = \[(.*?)\]", source, re.DOTALL)
        for word in re.findall(r'"([^"]+)"', one)
    }
    said |= {
        word for one in re.findall(r"t\(\s*{(.*?)}\[", source, re.DOTALL) for word in re.findall(r'"([^"]+)"', one)
    }
    said |= set(re.findall(r'\|\| "([A-Z][^"]+\.)"', source))
    assert said == set(scanner.WORDS)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_page_is_of_files_alone_and_speaks_the_readers_language(client, lang):
    answer = client.get(f"/checkin/scanner?lang={lang}")
    told = json.loads(re.search(r'id="told">(.*?)</script>', answer.text)[1])
    assert told["words"].get("Welcome") == {"fr": "Bienvenue", "en": None}[lang]
    assert f'<html lang="{lang}">' in answer.text
    assert "csrf" not in answer.text
    assert "script-src 'self' 'wasm-unsafe-eval';" in answer.headers["Content-Security-Policy"]


def test_only_the_scanner_and_its_decoder_may_run_webassembly(client, shell):
    decoders = [
        name for name in shell["files"] if "wasm-unsafe-eval" in client.get(name).headers["Content-Security-Policy"]
    ]
    assert [name.rsplit("/", 1)[1] for name in decoders] == ["decoder.js"]
    assert "wasm-unsafe-eval" not in client.get("/").headers["Content-Security-Policy"]


def test_all_files_are_kept_and_are_there(client, shell):
    kept = {name.split("/", 3)[3] for name in shell["files"]}
    there = {path.relative_to(MODULES.parent).as_posix() for path in MODULES.rglob("*") if path.is_file()}
    assert kept == {"css/scanner.css"} | {name for name in there if not name.endswith(("LICENSE", "checkin/sw.js"))}
    for name in shell["files"]:
        answer = client.get(name)
        assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)


def test_first_visit_is_light(client, shell):
    def size(path):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        return len(answer.data)

    sizes = {name: size(name) for name in [*shell["files"], "/checkin/scanner?lang=fr", "/checkin/sw.js"]}
    decoder = {name for name in sizes if "/vendor/" in name or name.endswith("decoder.js")}
    assert sum(bytes_ for name, bytes_ in sizes.items() if name not in decoder) < WITHOUT_DECODER
    assert sum(sizes.values()) < WITH_DECODER


def test_worker_is_looked_for_each_time_and_rules_the_entrance_alone(client):
    answer = client.get("/checkin/sw.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert client.get("/checkin/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
