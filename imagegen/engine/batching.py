"""The engine: one thread that owns the device, and one running batch for requests of every kind.

Between two steps requests join and leave. See README.md for a picture of the loop.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from PIL import Image

from imagegen.engine import description, families, likeness
from imagegen.engine.checking import blank_spec, check
from imagegen.engine.contract import BadSpecError, NoMemoryError, NotFiniteError, Outcome, Spec
from imagegen.engine.decoding import Decoder
from imagegen.engine.description import Description
from imagegen.engine.devices import (
    free_memory,
    pick_capacity,
    pick_decoded_together,
    pick_device,
    pick_dtype,
    settle,
)
from imagegen.engine.families import Family
from imagegen.engine.handles import SimpleHandle
from imagegen.engine.inbox import Inbox
from imagegen.engine.memory import bare, is_shortage
from imagegen.engine.pictures import fit
from imagegen.engine.rows import Row, make_row
from imagegen.engine.speed import Speed
from imagegen.engine.speed import apply as apply_speed
from imagegen.engine.stepping import Stepper, group
from imagegen.engine.timing import StepTimes, Troubles, estimate_seconds

logger = logging.getLogger(__name__)


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
        self.step_times, self.decode_times, self.troubles = StepTimes(), StepTimes(), Troubles()
        self._decoder = Decoder(
            self._family, together=pick_decoded_together(self.device), times=self.decode_times
        )
        with torch.inference_mode():
            self._stepper = Stepper(
                self._family,
                capacity=self.capacity,
                times=self.step_times,
                troubles=self.troubles,
                make_room=self._decoder.finish,
                drop=self._remove,
            )
        self.load_seconds, self.warm_up_seconds = time.perf_counter() - started, 0.0
        self._inbox = Inbox(self.capacity)
        self.is_dead = False
        self._rows: list[Row] = []
        # A request that is made a row of, and rows whose pictures are there: until each is answered.
        self._joining: SimpleHandle | None = None
        self._delivering: list[Row] = []
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
            self._inbox.do(partial(self._stepper.step_once, specs))
            if report is not None:
                report(number, len(sizes))
        self.warm_up_seconds = time.perf_counter() - started
        return self.warm_up_seconds

    def submit(self, spec: Spec) -> SimpleHandle:
        """Put a request behind the others; returns at once.

        Raises BusyError when as many wait already as can run, RuntimeError after `close`.
        """
        handle = SimpleHandle(spec)
        self._inbox.put(handle)
        return handle

    def seconds_left(self, handle: SimpleHandle) -> float | None:
        """Estimate how long a request still takes, with its decoding; None before a step was measured."""
        if handle.is_done:
            return 0.0
        step_seconds = self.step_times.seconds(1)
        if step_seconds is None:
            return None
        running = [row.handle for row in list(self._rows)]
        waiting = [other for other in self._inbox.list_waiting() if other not in running]
        if handle not in running and handle not in waiting:
            # It is joining just now, or being decoded.
            running.append(handle)
        in_order = [*running, *waiting]
        return estimate_seconds(
            [other.progress.step_count - other.progress.step for other in in_order],
            place=in_order.index(handle),
            capacity=max(self.capacity, len(running)),
            step_seconds=step_seconds,
            decode_seconds=self.decode_times.seconds(1) or 0.0,
            is_decoded_beside=self._decoder.has_stream,
        )

    def close(self) -> None:
        """Cancel everything and let the thread end."""
        self._inbox.close()
        self._thread.join()

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
        waiting = self._inbox.empty(error or RuntimeError("the engine is closed"))
        rows = (*self._rows, *self._decoder.rows, *self._delivering)
        taken = [self._joining, *(row.handle for row in rows)]
        self._rows, self._joining = [], None
        self._stepper.keep(())
        for handle in dict.fromkeys([*(one for one in taken if one is not None), *waiting]):
            if not handle.is_done:
                handle.finish(None if error else Outcome(None), error)

    def _serve(self) -> None:
        while self._inbox.wait(lambda: bool(self._rows or self._decoder.is_busy)):
            self._turn()

    def _turn(self) -> None:
        """Let requests join, run a step of everything that runs, let requests leave."""
        self._inbox.run_errands()
        self._admit()
        self._drop_canceled()
        for rows in group(self._rows):
            self._stepper.step(rows)
        self._deliver()
        self._stepper.keep(self._rows)

    def _admit(self) -> None:
        while len(self._rows) < self.capacity and (handle := self._inbox.take()) is not None:
            if handle.is_cancel_requested:
                handle.finish(Outcome(None))
                continue
            self._joining = handle
            try:
                check(handle.spec, self._family)
                self._rows.append(make_row(self._family, handle))
            # Raised to whoever waits; the others go on. A tokenizer's panic is no Exception.
            except BaseException as error:  # noqa: BLE001
                self._fail(handle, error)
            self._joining = None

    def _drop_canceled(self) -> None:
        for row in [row for row in self._rows if row.handle.is_cancel_requested]:
            self._rows.remove(row)
            row.handle.finish(Outcome(None))
        for handle in self._inbox.take_canceled():
            handle.finish(Outcome(None))

    def _deliver(self) -> None:
        """Send finished rows to be decoded, and hand out the pictures that are there."""
        # Whoever canceled during the last step shall not wait for a picture, and nobody behind it either.
        self._drop_canceled()
        for rows in group(row for row in self._rows if row.is_finished):
            left = rows
            while left:
                taken, left = left[: self._decoder.cap.value], left[self._decoder.cap.value :]
                self._decode(taken)
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
        if is_shortage(error):
            self.troubles.note("out-of-memory")
            self._decoder.cap.shrink(len(rows))
            self._stepper.make_room()
        if len(rows) > 1:
            self.troubles.note("decode-failed")
            free_memory(self.device)
            for row in rows:
                self._decode([row])
        elif is_shortage(error) and not rows[0].ran_out_of_memory:
            # The steps of the others had the memory, perhaps: now they gave back what they can.
            rows[0].ran_out_of_memory = True
            self._decode(rows)
        else:
            self._remove(rows[0], error)

    def _remove(self, row: Row, error: BaseException) -> None:
        self._rows.remove(row)
        self._fail(row.handle, error)

    def _fail(self, handle: SimpleHandle, error: BaseException) -> None:
        if is_shortage(error):
            error = NoMemoryError(str(error))
        elif not isinstance(error, Exception):
            # Whoever waits expects nothing else.
            error = RuntimeError(f"{type(error).__name__} while the request was read")
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
