"""The publication states as a Mermaid diagram, generated from the code that enforces them.

python tools/state_diagram.py           print the diagram
python tools/state_diagram.py --write   put it into docs/architecture.md, between its markers
python tools/state_diagram.py --check   fail when the diagram there is not the one of the code
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- state-diagram:begin -->", "<!-- state-diagram:end -->"


class MarkerError(ValueError):
    """The page has no place for the diagram."""


def build_diagram() -> str:
    """Return the diagram of every transition that the field of `characters.models.Revision` declares."""
    from characters.models import Revision, State  # noqa: PLC0415

    order = list(State.values)
    field = Revision._meta.get_field("state")  # noqa: SLF001
    steps = sorted(
        ((step.source, step.target, step.name) for step in field.get_all_transitions(Revision)),
        key=lambda step: (order.index(step[0]), order.index(step[1]), step[2]),
    )
    leaving = {source for source, _target, _name in steps}
    lines = ["stateDiagram-v2", f"    [*] --> {field.default}"]
    lines += [f"    {source} --> {target}: {name}" for source, target, name in steps]
    lines += [f"    {state} --> [*]" for state in order if state not in leaving]
    return "\n".join(lines)


def put_into(page: str, diagram: str) -> str:
    """Return the page with the diagram between its markers. Raises MarkerError where one is missing."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise MarkerError(f"{PAGE.name} needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n```mermaid\n{diagram}\n```\n\n{END}{after}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true")
    action.add_argument("--check", action="store_true")
    chosen = parser.parse_args(arguments)
    diagram = build_diagram()
    if not (chosen.write or chosen.check):
        print(diagram)
        return 0
    page = PAGE.read_text(encoding="utf-8")
    try:
        fresh = put_into(page, diagram)
    except MarkerError as error:
        print(error, file=sys.stderr)
        return 1
    if fresh == page:
        return 0
    if chosen.check:
        print(
            f"{PAGE.relative_to(ROOT)}: the state diagram is stale: python tools/state_diagram.py --write",
            file=sys.stderr,
        )
        return 1
    PAGE.write_text(fresh, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: state diagram written")
    return 0


def set_up() -> None:
    """Load the code, with settings that need no environment."""
    import django  # noqa: PLC0415

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storychat.settings_test")
    django.setup()


if __name__ == "__main__":
    set_up()
    sys.exit(main())
