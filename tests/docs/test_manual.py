"""The manual keeps up: settings, verdicts, commands, make targets and links are in it, and nothing else is."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from eventapp import config
from eventapp.cli import main
from eventapp.rules.vocabulary import Policy, ScanKind, Verdict

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def read(name):
    return (ROOT / name).read_text("utf-8")


def commands(group, path="eventapp"):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_every_setting_is_explained_and_no_other():
    named = set(re.findall(r"EVENTAPP_[A-Z_]+", read("docs/settings.md")))
    assert named == {config.PREFIX + field.name.upper() for field in fields(config.Settings)}


@pytest.mark.parametrize("words", [Verdict, Policy, ScanKind])
def test_every_word_of_the_door_is_explained(words):
    manual = read("docs/checkin.md")
    assert [word for word in words if f"`{word.value}`" not in manual] == []


def test_every_command_is_in_the_manual():
    manual = read("docs/operating.md") + read("README.md")
    assert [command for command in commands(main) if command not in manual] == []


def test_every_target_of_make_is_in_its_help():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    explained = set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.M))
    assert targets == explained


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_decision_is_listed():
    index = read("docs/decisions/README.md")
    records = [path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")]
    assert [name for name in records if f"({name})" not in index] == []
