"""Real races: the same work in several threads of several processes, let loose at one moment."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

from eventapp import config, create_app

START_SECONDS = 60
"""How long the slowest process may take to be ready."""


def at_once(app: Flask, work: Callable[[Flask, int], Any], *, processes: int = 4, threads: int = 2) -> list[Any]:
    """Calls ``work(app, number)`` in each thread of each process at one moment; returns all results.

    Each process makes an application of its own on the same database, as servers do. ``work`` is a function of a
    module, so that a new process can find it.
    """
    settings: config.Settings = app.extensions["eventapp.settings"]
    # Forked from a clean process that has the program imported: as real as new processes, and quick to start.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["eventapp", __name__])
    barrier = context.Barrier(processes * threads)
    results = context.Queue()
    running = [
        context.Process(target=_process, args=(settings, work, barrier, results, number * threads, threads))
        for number in range(processes)
    ]
    for process in running:
        process.start()
    found = [results.get(timeout=START_SECONDS * 2) for _ in range(processes * threads)]
    for process in running:
        process.join()
    failures = [result for result in found if isinstance(result, BaseException)]
    if failures:
        raise failures[0]
    return found


def _process(settings: config.Settings, work: Any, barrier: Any, results: Any, first: int, threads: int) -> None:
    app = create_app(settings)

    def run(number: int) -> None:
        try:
            barrier.wait(START_SECONDS)
            results.put(work(app, number))
        except BaseException as error:  # every failure is a result: the parent raises it
            results.put(RuntimeError(f"{type(error).__name__}: {error}"))

    with ThreadPoolExecutor(threads) as pool:
        for number in range(first, first + threads):
            pool.submit(run, number)
