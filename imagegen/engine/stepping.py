"""Running steps of groups of rows, with less memory than wished for or a row that breaks its batch."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence

from imagegen.engine.contract import Spec
from imagegen.engine.devices import Pacer, free_memory
from imagegen.engine.families import Family
from imagegen.engine.handles import SimpleHandle
from imagegen.engine.memory import BatchCap, bare, is_shortage
from imagegen.engine.previews import PreviewPainter
from imagegen.engine.rows import Batch, Row, make_row
from imagegen.engine.runners import Recorded
from imagegen.engine.timing import StepTimes, Troubles

logger = logging.getLogger(__name__)


def group(rows: Iterable[Row]) -> list[list[Row]]:
    """Return what may share a call: rows of one size, isolated ones alone."""
    groups: dict[tuple[int, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return list(groups.values())


class Stepper:
    """Steps rows, and finds out which one cannot be stepped. Belongs to the engine's thread."""

    def __init__(
        self,
        family: Family,
        *,
        capacity: int,
        times: StepTimes,
        troubles: Troubles,
        make_room: Callable[[], None],
        drop: Callable[[Row, BaseException], None],
    ) -> None:
        """make_room: gives memory back that others have for a moment. drop: ends a row's request.

        times: notes the seconds of a step by rows of the denoiser. troubles: notes what was mended.
        """
        self.cap = BatchCap(capacity)
        self._family = family
        self._painter = PreviewPainter(family)
        self._pacer = Pacer(family.device)
        self._times, self._troubles = times, troubles
        self._make_room, self._drop = make_room, drop
        # Rows that are stepped at once, by group, as they were joined last.
        self._batches: dict[tuple[int, ...], Batch] = {}

    def step(self, rows: Sequence[Row]) -> None:
        """Step some rows of one group; with too little memory for all of them, the first ones."""
        batch_rows = list(rows[: self.cap.value])
        key = batch_rows[0].group
        try:
            batch = self._batches.get(key)
            if batch is None or not batch.is_made_of(batch_rows):
                batch = self._batches[key] = Batch(self._family, batch_rows)
            started = time.perf_counter()
            batch.advance()
            self._pacer.mark()
            self._times.add(batch.size, time.perf_counter() - started)
        except Exception as caught:  # noqa: BLE001 - raised to whoever waits
            error = bare(caught)
        else:
            self.cap.note_step()
            self._tell(batch_rows)
            return
        # Not while it is handled: what it holds alive is the memory that is needed now.
        if is_shortage(error):
            self._shrink(batch_rows, error)
        else:
            self._isolate(batch_rows, error)

    def step_once(self, specs: Sequence[Spec]) -> None:
        """Run a size of batch for the first time. One that is too large is found out now, and not used."""
        try:
            Batch(self._family, [make_row(self._family, SimpleHandle(spec)) for spec in specs]).advance()
        except Exception as error:
            if not is_shortage(error):
                raise
            self.cap.shrink(len(specs))

    def keep(self, rows: Iterable[Row]) -> None:
        """Forget the batches of all groups but those of `rows`: an engine at rest holds no picture."""
        groups = {row.group for row in rows}
        self._batches = {key: batch for key, batch in self._batches.items() if key in groups}

    def make_room(self) -> None:
        """Give back all memory that can be had again."""
        self._batches.clear()
        if isinstance(self._family.call, Recorded):
            self._family.call.forget()
        self._make_room()
        free_memory(self._family.device)

    def _tell(self, batch_rows: list[Row]) -> None:
        """Say how far rows are, and show those that somebody looks at."""
        for row in batch_rows:
            row.ran_out_of_memory = False
            row.handle.report(row.step)
            if row.handle.is_preview_wanted and not row.is_finished:
                self._show(row)

    def _show(self, row: Row) -> None:
        try:
            row.handle.show(self._painter.paint(row.clean))
        except Exception:  # the picture is worth more than a look at it before
            logger.exception("imagegen.engine.preview_failed")
            self._troubles.note("preview-failed")
            row.handle.withhold_preview()

    def _shrink(self, rows: list[Row], error: BaseException) -> None:
        """Step fewer rows at once from now on: those that are left out keep their place and wait."""
        self._troubles.note("out-of-memory")
        if len(rows) > 1:
            self._batches.clear()
            if isinstance(self._family.call, Recorded):
                self._family.call.forget()
            self.cap.shrink(len(rows))
            free_memory(self._family.device)
            return
        # Others may have had the memory just now, pictures that are decoded for example: it gets one more
        # chance, with nobody beside it.
        self.make_room()
        if rows[0].ran_out_of_memory:
            self._drop(rows[0], error)
        rows[0].ran_out_of_memory = True

    def _isolate(self, rows: list[Row], error: BaseException) -> None:
        """Find out which row cannot be stepped, by stepping each alone; only that one fails."""
        self._batches.clear()
        if len(rows) == 1:
            self._drop(rows[0], error)
            return
        logger.warning("imagegen.engine.step_failed rows=%d error=%s", len(rows), type(error).__name__)
        self._troubles.note("step-failed")
        for row in rows:
            self.step([row])
        self._batches.clear()
