"""The worker that keeps pages: it knows the right addresses and files, and comes with the right pages."""

import json
import re

import pytest

from eventapp.rules.access import Door
from eventapp.web import SITE_MAP, offline
from tests.web import world

KEEPERS = re.compile(r'<script type="module" src="[^"]+/js/(?:keep|now|programme|share)\.js"></script>')
"""Modules that keep a page; the one that crops photographs does not."""


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return world.build("forum", "olga")


@pytest.fixture
def shell(client, forum):
    """What the server puts in front of the worker."""
    return json.loads(re.match(r"const SHELL = (.*);\n", client.get("/sw.js").text)[1])


def test_worker_is_javascript_that_is_looked_for_each_time_and_light(client, forum):
    answer = client.get("/sw.js", headers={"Accept-Encoding": "gzip"})
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert len(answer.data) < 2_300
    assert client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_its_files_are_there_and_are_those_of_the_pages(client, forum, shell):
    assert {address.rsplit("/", 1)[1] for address in shell["files"]} >= {"guest.css", "now.css", "keep.js", "now.js"}
    for address in shell["files"]:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert shell["version"] in address


def test_it_knows_the_pages_that_are_kept_and_no_other_address(app, forum, shell):
    pattern = re.compile(shell["pages"])
    wrong = [
        rule.rule
        for rule in world.rules(app, "GET")
        if bool(pattern.fullmatch(world.address(rule, forum))) is not (rule.endpoint in offline.KEPT)
    ]
    assert wrong == []


def test_kept_pages_bring_one_module_and_may_be_kept_and_others_bring_none(app, client, forum):
    for rule in world.rules(app, "GET"):
        if SITE_MAP[rule.endpoint] not in (Door.ANYONE, Door.LINK):
            continue
        answer = client.get(world.address(rule, forum))
        if answer.mimetype == "text/html" and answer.status_code == 200:
            is_kept = rule.endpoint in offline.KEPT
            assert len(KEEPERS.findall(answer.text)) == int(is_kept), rule
            assert not is_kept or "no-store" not in answer.headers["Cache-Control"], rule


def test_age_is_said_in_every_language(shell):
    assert shell["words"] == {"fr": "Pas de réseau\u00a0: état de {}.", "en": "No network: this is as of {}."}
