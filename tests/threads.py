"""Calls at the same moment: real threads, each with a connection of its own, because locks are tested."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core.refusals import RefusedError


def at_once(
    *calls: Callable[[], Any], returning: type[Exception] | tuple[type[Exception], ...] = RefusedError
) -> list[Any]:
    """Run the calls in threads that start together; returns what came of each, in their order.

    returning: errors that are an outcome. Any other is raised here, once all calls have ended.
    """
    # A call that gets no connection would let the others wait for ever.
    barrier = threading.Barrier(len(calls), timeout=60)
    results: list[Any] = [None] * len(calls)
    unexpected: list[Exception] = []

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results[index] = call()
        except returning as error:
            results[index] = error
        except Exception as error:  # noqa: BLE001 - a thread cannot fail a test by itself
            unexpected.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if unexpected:
        raise unexpected[0]
    return results


def codes(results: list[Any]) -> list[str]:
    """Return the codes of what was refused."""
    return [result.refusal.code for result in results if isinstance(result, RefusedError)]


def while_paused(
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    name: str,
    first: Callable[[], Any],
    second: Callable[[], Any],
    *,
    returning: type[Exception] | tuple[type[Exception], ...] = RefusedError,
) -> list[Any]:
    """Stop the first call just after `owner.name` returned in it, until the second is done or waits for it.

    Returns what came of both, as `at_once` does.
    """
    has_come, may_go_on = threading.Event(), threading.Event()
    original = getattr(owner, name)
    stopped: list[int] = []

    def call_and_wait(*arguments: Any, **values: Any) -> Any:
        found = original(*arguments, **values)
        if threading.current_thread().name == "first" and not stopped:
            stopped.append(1)
            has_come.set()
            may_go_on.wait()
        return found

    monkeypatch.setattr(owner, name, call_and_wait)
    results: list[Any] = [None, None]
    unexpected: list[Exception] = []

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            results[index] = call()
        except returning as error:
            results[index] = error
        except Exception as error:  # noqa: BLE001 - a thread cannot fail a test by itself
            unexpected.append(error)
        finally:
            has_come.set()
            connection.close()

    threads = [
        threading.Thread(target=run, args=(0, first), name="first"),
        threading.Thread(target=run, args=(1, second), name="second"),
    ]
    threads[0].start()
    has_come.wait()
    threads[1].start()
    while threads[1].is_alive() and not is_somebody_waiting():
        threads[1].join(0.01)
    may_go_on.set()
    for thread in threads:
        thread.join()
    if unexpected:
        raise unexpected[0]
    assert stopped, f"the first call never came to {name}"
    return results


def is_somebody_waiting() -> bool:
    """Whether a transaction in this database waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
