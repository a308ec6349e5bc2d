"""The worker's loop: a job that fails ends neither the others nor the loop."""

import threading
from contextlib import nullcontext

import pytest

from eventapp import jobs


@pytest.fixture
def done(monkeypatch):
    """Three jobs, of which the second fails; returns the names of those that ran."""
    names = []

    def job(name, *, fails=False):
        def run(context, stop):
            names.append(name)
            if fails:
                raise ZeroDivisionError
            return 1

        return run

    chosen = {"first": job("first"), "second": job("second", fails=True), "third": job("third")}
    monkeypatch.setattr(jobs, "JOBS", chosen)
    return names


def test_all_jobs_run_although_one_fails(done, caplog):
    assert not jobs.run_all(nullcontext)
    assert done == ["first", "second", "third"]
    assert "The job second failed" in caplog.text


def test_all_is_well_when_none_fails(done, monkeypatch):
    del jobs.JOBS["second"]
    assert jobs.run_all(nullcontext)


def test_loop_goes_on_after_a_failure_until_it_is_told_to_stop(done, monkeypatch):
    monkeypatch.setattr(jobs, "REST_SECONDS", 0)
    stop = threading.Event()
    jobs.JOBS["last"] = lambda context, told: stop.set() if len(done) >= 9 else None
    jobs.run_until(stop, nullcontext)
    assert done == ["first", "second", "third"] * 3


def test_no_job_begins_after_the_word_to_stop(done):
    stop = threading.Event()
    stop.set()
    jobs.run_until(stop, nullcontext)
    assert done == []
