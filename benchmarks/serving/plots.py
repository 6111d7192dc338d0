"""The figures of a benchmark's report as PNG."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

_COLOURS = {
    "serial": "#9aa0ac",
    "serial_tuned": "#b7bcc6",
    "static_batch": "#5a7fb5",
    "threads": "#c9a15a",
    "engine": "#7b2d55",
}
_TITLES = {
    "serial": "diffusers,\none at\na time",
    "serial_tuned": "one at a time,\nchannels\nlast",
    "static_batch": "diffusers,\nlike ones\ntogether",
    "threads": "diffusers,\npool of\nthreads",
    "engine": "StoryChat",
}
_SIZE = (12, 4.2)


def draw_report(report: dict[str, Any], folder: Path) -> None:
    """Write throughput.png and waiting.png."""
    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(1, len(report["throughput"]), figsize=_SIZE, sharey=True, squeeze=False)
    for axis, (dtype, measured) in zip(axes[0], report["throughput"].items(), strict=True):
        bars = axis.bar(
            [_TITLES[name] for name in measured],
            list(measured.values()),
            color=[_COLOURS[name] for name in measured],
        )
        axis.bar_label(bars, fmt="%.2f")
        axis.set_title(dtype)
        axis.tick_params(axis="x", labelsize=8)
        _plain(axis)
    axes[0][0].set_ylabel("images per second")
    _write(figure, report, folder / "throughput.png")

    figure, (left, right) = plt.subplots(1, 2, figsize=_SIZE)
    cases = report["cases"]
    pairs = (("serial", "engine_at_serial_load"), ("static_batch", "engine_at_static_load"))
    for place, (rival, ours) in enumerate(pairs):
        for offset, name, colour in ((-0.2, rival, _COLOURS[rival]), (0.2, ours, _COLOURS["engine"])):
            bar = left.bar(place + offset, cases[name]["p95_s"], 0.38, color=colour)
            left.bar_label(bar, fmt="%.2f s")
    left.set_xticks(
        range(len(pairs)), [f"at 80 % of what\n{rival.replace('_', ' ')} can do" for rival, _ in pairs]
    )
    left.set_ylabel("95 % of pictures within, seconds")
    left.set_title("the same load: rival, then StoryChat")
    loads = report["engine_by_load"]
    shares = [100 * float(load) for load in loads]
    for key, title, style in (("p50_s", "half", "-"), ("p95_s", "95 %", "--")):
        values = [one[key] for one in loads.values()]
        right.plot(shares, values, style, marker="o", color=_COLOURS["engine"], label=f"{title} within")
    right.set_ylim(bottom=0)
    right.set_xlabel("load, % of what StoryChat can do")
    right.set_ylabel("seconds")
    right.set_title("StoryChat at its own loads")
    right.legend(frameon=False)
    for axis in (left, right):
        _plain(axis)
    _write(figure, report, folder / "waiting.png")


def draw_fleet(told: dict[str, Any], path: Path) -> None:
    """Write the curves of a simulated fleet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure, axis = plt.subplots(figsize=(7, 4.5))
    for gpus, points in told["simulated_not_measured"].items():
        shares = [100 * float(load) for load in points]
        axis.plot(
            shares,
            [point["p95_s"] for point in points.values()],
            marker="o",
            label="1 engine" if gpus == "1" else f"{gpus} engines",
        )
    axis.set_ylim(bottom=0)
    axis.set_xlabel("load, % of what the fleet can do")
    axis.set_ylabel("95 % of pictures within, seconds")
    axis.set_title("simulated from measured step times, not measured")
    axis.legend(frameon=False)
    _plain(axis)
    _write(figure, told, path)


def _plain(axis: Axes) -> None:
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", alpha=0.25)


def _write(figure: Any, report: dict[str, Any], path: Path) -> None:
    machine = report["machine"]
    figure.text(
        0.99, 0.01, f"{machine['model']}, {machine['processor']}", ha="right", fontsize=7, color="#666666"
    )
    figure.tight_layout(rect=(0, 0.03, 1, 1))
    figure.savefig(path, dpi=110)
    plt.close(figure)
