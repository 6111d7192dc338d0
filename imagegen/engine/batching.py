"""The engine: one thread that owns the device, and one running batch for requests of every kind.

Between two steps requests join and leave. See README.md for a picture of the loop.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from PIL import Image

from imagegen.engine import description, families, likeness
from imagegen.engine.checking import blank_spec, check
from imagegen.engine.contract import BadSpecError, BusyError, Outcome, Spec
from imagegen.engine.decoding import Decoder
from imagegen.engine.description import Description
from imagegen.engine.devices import (
    Pacer,
    free_memory,
    pick_capacity,
    pick_decoded_together,
    pick_device,
    pick_dtype,
    settle,
)
from imagegen.engine.families import Family
from imagegen.engine.handles import SimpleHandle
from imagegen.engine.memory import BatchCap, bare
from imagegen.engine.pictures import fit
from imagegen.engine.previews import PreviewPainter
from imagegen.engine.rows import Batch, Row, make_row
from imagegen.engine.runners import Recorded
from imagegen.engine.speed import Speed
from imagegen.engine.speed import apply as apply_speed
from imagegen.engine.timing import StepTimes

logger = logging.getLogger(__name__)


class NotFiniteError(ArithmeticError):
    """A request's numbers ran out of range, so there is no picture."""


class BatchingEngine:
    """Draws with one model, several requests at a time, each a picture of its own.

    capacity: how many requests step together. Handing in up to as many again makes them wait here, ready when
    others leave; more than that is refused with BusyError.
    """

    def __init__(
        self,
        model: str,
        *,
        device: str = "auto",
        dtype: torch.dtype | None = None,
        capacity: int | None = None,
        speed: Speed | None = None,
        family: Family | None = None,
    ) -> None:
        """Load a model folder and start the thread. Raises UnsupportedModelError.

        family: the model when it is loaded already; then its device and numbers count.
        """
        started = time.perf_counter()
        self.description: Description = description.read(model)
        settle(pick_device(device))
        self._family = family or self._load_family(model, device, dtype)
        self.device, self.dtype = self._family.device, self._family.dtype
        self.capacity = capacity or pick_capacity(self.device)
        self._prepared_sizes = apply_speed(speed or Speed(), self._family)
        self._comparer = likeness.load_for(Path(model), device=self.device)
        with torch.inference_mode():
            self._painter = PreviewPainter(self._family)
        self.load_seconds, self.warm_up_seconds = time.perf_counter() - started, 0.0
        self.step_times, self.decode_times = StepTimes(), StepTimes()
        self._pacer = Pacer(self.device)
        self._decoder = Decoder(
            self._family, together=pick_decoded_together(self.device), times=self.decode_times
        )
        self._waiting: deque[SimpleHandle] = deque()
        self._errands: deque[tuple[Callable[[], None], Future[None]]] = deque()
        self._news = threading.Condition()
        self._is_closed = False
        self.is_dead = False
        self._rows: list[Row] = []
        # Rows whose pictures are there, until the last of them is answered.
        self._delivering: list[Row] = []
        # Rows that are stepped at once, by group, as they were joined last.
        self._batches: dict[tuple[int, ...], Batch] = {}
        self._cap = BatchCap(self.capacity)
        self._thread = threading.Thread(target=self._serve_or_die, name="image-engine", daemon=True)
        self._thread.start()
        logger.info(
            "imagegen.engine.loaded model=%s device=%s dtype=%s capacity=%d load_s=%.2f threads=%d",
            self.description.label,
            self.device,
            self.dtype,
            self.capacity,
            self.load_seconds,
            torch.get_num_threads(),
        )

    def warm_up(self, report: Callable[[int, int], None] | None = None) -> float:
        """Draw once each way, so that the first person does not wait for lazy set-up; returns seconds.

        Where calls are prepared for sizes of batches, every size is run once; `report` is told how many are
        done, and of how many.
        """
        started = time.perf_counter()
        blank = blank_spec(self.description)
        self.submit(blank).result()
        self.submit(replace(blank, reference=Image.new("RGB", blank.size, "grey"), strength=0.5)).result()
        sizes = [rows for rows in self._prepared_sizes if rows <= 2 * self.capacity]
        for number, rows in enumerate(sizes, 1):
            # Guidance doubles rows, so every size is reached by requests with it and without.
            specs = [blank] * (rows // 2) + [replace(blank, guidance=1.0)] * (rows % 2)
            self._do(partial(self._step_once, specs))
            if report is not None:
                report(number, len(sizes))
        self.warm_up_seconds = time.perf_counter() - started
        return self.warm_up_seconds

    def submit(self, spec: Spec) -> SimpleHandle:
        """Put a request behind the others; returns at once.

        Raises BusyError when as many wait already as can run, RuntimeError after `close`.
        """
        handle = SimpleHandle(spec)
        with self._news:
            if self._is_closed:
                raise RuntimeError("the engine is closed")
            if len(self._waiting) >= self.capacity:
                raise BusyError(f"{len(self._waiting)} requests wait already")
            self._waiting.append(handle)
            self._news.notify()
        return handle

    def seconds_left(self, handle: SimpleHandle) -> float | None:
        """Estimate how long a request still takes; None before steps have been measured."""
        if handle.is_done:
            return 0.0
        progress = handle.progress
        with self._news:
            waiting = list(self._waiting)
        ahead = waiting.index(handle) + 1 if handle in waiting else 0
        # Whoever waits gets a place when one of those that run is done: on average after half its steps.
        steps = (1 + ahead / self.capacity) * progress.step_count - progress.step
        left = self.step_times.seconds(steps)
        return None if left is None else left + (self.decode_times.seconds(1) or 0.0)

    def close(self) -> None:
        """Cancel everything and let the thread end."""
        with self._news:
            self._is_closed = True
            self._news.notify()
        self._thread.join()

    def _do(self, errand: Callable[[], None]) -> None:
        """Let the engine's thread do something between two steps, and wait for it. Raises what it raises."""
        done: Future[None] = Future()
        with self._news:
            if self._is_closed:
                raise RuntimeError("the engine is closed")
            self._errands.append((errand, done))
            self._news.notify()
        done.result()

    def _step_once(self, specs: Sequence[Spec]) -> None:
        """Run a size of batch for the first time. One that is too large is found out now, and not used."""
        try:
            Batch(self._family, [make_row(self._family, SimpleHandle(spec)) for spec in specs]).advance()
        except torch.OutOfMemoryError:
            self._cap.shrink(len(specs))

    def _load_family(self, model: str, device: str, dtype: torch.dtype | None) -> Family:
        where = pick_device(device)
        return families.load(
            model,
            device=where,
            dtype=dtype or pick_dtype(where),
            sampler=self.description.sampler,
            has_adapter=self.description.has_identity,
        )

    def _serve_or_die(self) -> None:
        try:
            settle(self.device)
            with torch.inference_mode():
                self._serve()
        except BaseException:  # nobody may wait for a thread that is gone
            logger.exception("imagegen.engine.died")
            # First: whoever is told that a request failed must be able to see why.
            self.is_dead = True
            self._end_all(RuntimeError("the engine died"))
        else:
            self._end_all(None)

    def _end_all(self, error: BaseException | None) -> None:
        """Answer everybody who is left: canceled, or with what ended the engine."""
        with self._news:
            self._is_closed = True
            rows = (*self._rows, *self._decoder.rows, *self._delivering)
            left = [*(row.handle for row in rows if not row.handle.is_done), *self._waiting]
            self._waiting.clear()
            errands = list(self._errands)
            self._errands.clear()
        self._rows, self._batches = [], {}
        for _, done in errands:
            done.set_exception(error or RuntimeError("the engine is closed"))
        for handle in left:
            handle.finish(None if error else Outcome(None), error)

    def _serve(self) -> None:
        while self._wait_for_work():
            self._turn()

    def _turn(self) -> None:
        """Let requests join, run a step of everything that runs, let requests leave."""
        self._run_errands()
        self._admit()
        self._drop_canceled()
        for rows in self._groups():
            self._step(rows)
        self._deliver()

    @property
    def _has_work(self) -> bool:
        return bool(self._waiting or self._rows or self._errands or self._decoder.is_busy)

    def _wait_for_work(self) -> bool:
        with self._news:
            while not (self._has_work or self._is_closed):
                self._news.wait()
            return not self._is_closed

    def _run_errands(self) -> None:
        while self._errands:
            errand, done = self._errands.popleft()
            try:
                done.set_result(errand())
            except Exception as error:  # noqa: BLE001 - raised to whoever waits
                done.set_exception(error)

    def _admit(self) -> None:
        while len(self._rows) < self.capacity:
            with self._news:
                if not self._waiting:
                    return
                handle = self._waiting.popleft()
            if handle.is_cancel_requested:
                handle.finish(Outcome(None))
                continue
            try:
                check(handle.spec, self._family)
                row = make_row(self._family, handle)
            except Exception as error:  # noqa: BLE001 - raised to whoever waits; the others go on
                self._fail(handle, error)
            else:
                self._rows.append(row)

    def _drop_canceled(self) -> None:
        for row in [row for row in self._rows if row.handle.is_cancel_requested]:
            self._rows.remove(row)
            row.handle.finish(Outcome(None))

    def _groups(self) -> list[list[Row]]:
        """Return what is stepped at once: rows of one size, no more than memory allows."""
        groups: dict[tuple[int, ...], list[Row]] = {}
        for row in self._rows:
            groups.setdefault(row.group, []).append(row)
        self._batches = {key: batch for key, batch in self._batches.items() if key in groups}
        return list(groups.values())

    def _step(self, rows: list[Row]) -> None:
        """Step some rows of one group; with too little memory for all of them, the first ones."""
        batch_rows = rows[: self._cap.value]
        key = batch_rows[0].group
        try:
            batch = self._batches.get(key)
            if batch is None or not batch.is_made_of(batch_rows):
                batch = self._batches[key] = Batch(self._family, batch_rows)
            started = time.perf_counter()
            batch.advance()
            self._pacer.mark()
            self.step_times.add(batch.size, time.perf_counter() - started)
        except Exception as caught:  # noqa: BLE001 - raised to whoever waits
            error = bare(caught)
        else:
            self._cap.note_step()
            self._tell(batch_rows)
            return
        # Not while it is handled: what it holds alive is the memory that is needed now.
        if isinstance(error, torch.OutOfMemoryError):
            self._shrink(batch_rows, error)
        else:
            self._isolate(batch_rows, error)

    def _tell(self, batch_rows: list[Row]) -> None:
        """Say how far rows are, and show those that somebody looks at."""
        for row in batch_rows:
            row.ran_out_of_memory = False
            row.handle.report(row.step)
            if row.handle.is_preview_wanted and not row.is_finished:
                row.handle.show(self._painter.paint(row.clean))

    def _shrink(self, rows: list[Row], error: BaseException) -> None:
        """Step fewer rows at once from now on: those that are left out keep their place and wait."""
        self._batches.clear()
        self._forget_recordings()
        if len(rows) == 1:
            # Others may have had the memory just now, pictures that are decoded for example: it gets one more
            # chance, with nobody beside it.
            self._decoder.finish()
            free_memory(self.device)
            if rows[0].ran_out_of_memory:
                self._remove(rows[0], error)
            rows[0].ran_out_of_memory = True
            return
        self._cap.shrink(len(rows))
        free_memory(self.device)

    def _isolate(self, rows: list[Row], error: BaseException) -> None:
        """Find out which row cannot be stepped, by stepping each alone; only that one fails."""
        self._batches.clear()
        if len(rows) == 1:
            self._remove(rows[0], error)
            return
        logger.warning("imagegen.engine.step_failed rows=%d error=%s", len(rows), type(error).__name__)
        for row in rows:
            self._step([row])
        self._batches.clear()

    def _deliver(self) -> None:
        """Send finished rows to be decoded, and hand out the pictures that are there."""
        # Isolated ones are groups of their own here too.
        groups: dict[tuple[int, ...], list[Row]] = {}
        for row in self._rows:
            if row.is_finished:
                groups.setdefault(row.group, []).append(row)
        for rows in groups.values():
            for start in range(0, len(rows), self._decoder.together):
                self._decode(rows[start : start + self._decoder.together])
        done = self._decoder.collect(wait=not self._rows)
        self._delivering = [row for row, _ in done]
        for row, image in done:
            if image is None:
                self._fail(row.handle, NotFiniteError("the numbers of this request ran out of range"))
            else:
                row.handle.finish(Outcome(image, self._likeness(row.spec, image)))
        self._delivering = []

    def _decode(self, rows: list[Row]) -> None:
        """Start decoding rows together; where that fails, each alone."""
        try:
            self._decoder.start(rows)
        except Exception as caught:  # noqa: BLE001 - raised to whoever waits
            error = bare(caught)
        else:
            for row in rows:
                self._rows.remove(row)
            return
        if len(rows) == 1:
            self._remove(rows[0], error)
            return
        free_memory(self.device)
        for row in rows:
            self._decode([row])

    def _forget_recordings(self) -> None:
        if isinstance(self._family.call, Recorded):
            self._family.call.forget()

    def _remove(self, row: Row, error: BaseException) -> None:
        self._rows.remove(row)
        self._fail(row.handle, error)

    def _fail(self, handle: SimpleHandle, error: BaseException) -> None:
        handle.finish(error=bare(error))
        if not isinstance(error, BadSpecError):
            # A device that cannot even be emptied is lost, and this thread with it.
            free_memory(self.device)

    def _likeness(self, spec: Spec, image: Image.Image) -> float | None:
        if self._comparer is None or spec.face is None:
            return None
        try:
            score = self._comparer.likeness(fit(spec.face, spec.size), image)
        except Exception:  # the picture is finished, and worth more than its number
            logger.exception("imagegen.engine.likeness_failed")
            return None
        return score if math.isfinite(score) else None
