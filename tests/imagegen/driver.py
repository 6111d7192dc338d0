"""The other side of the process tests: a process like a web process, driven by lines of JSON."""

import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts.models import User
from billing import services as billing
from billing.models import Hold
from core import ids
from core.models import AuditEvent
from imagegen import queries, services, sweeper, wakeup
from imagegen.models import Picture, Worker
from imagegen.services import PictureRequest
from tests import factories


def make_person():
    """Return the username of a new person and the cookie of their session."""
    person = factories.make_user()
    client = Client()
    client.force_login(person)
    return {"username": person.username, "cookie": client.cookies[settings.SESSION_COOKIE_NAME].value}


def ask(*, seed, lose_message=False, username=""):
    """Ask for a picture; `lose_message` drops the wake-up on its way."""
    owner = User.objects.get(username=username) if username else factories.make_user()
    send = wakeup.send
    if lose_message:
        wakeup.send = lambda **_kwargs: True
    try:
        request = PictureRequest(
            owner=owner,
            purpose=Picture.Purpose.PORTRAIT,
            mode=Picture.Mode.TEXT_TO_IMAGE,
            prompt="smiling, blue hoodie",
            appearance="young woman, pale skin, long red hair, green eyes",
            seed=seed,
        )
        picture, _created = services.request_picture(
            request=request, creation_key=ids.new_public_id(), now=datetime.now(UTC)
        )
    finally:
        wakeup.send = send
    return picture.public_id


def look(*, pid):
    picture = Picture.objects.select_related("hold").get(public_id=pid)
    return {
        "state": picture.state,
        "step": picture.step,
        "place": queries.queue_position(picture),
        "attempts": picture.attempts,
        "is_alone": picture.is_alone,
        "hold": picture.hold.state,
        "file": picture.file,
        "ready_events": AuditEvent.objects.filter(kind="picture.ready", target_id=pid).count(),
        "seconds": (picture.finished_at - picture.created_at).total_seconds() if picture.is_ready else None,
    }


def look_around(**_kwargs):
    root = Path(settings.MEDIA_ROOT)
    return {
        "workers": Worker.objects.count(),
        "awake": queries.is_studio_awake(now=datetime.now(UTC)),
        "captured": Hold.objects.filter(state=Hold.State.CAPTURED).count(),
        "unfinished": Picture.objects.filter(finished_at__isnull=True).count(),
        "files": sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()),
        "known_files": sorted(Picture.objects.exclude(file="").values_list("file", flat=True)),
    }


def sweep(*, seconds_later=0):
    return sweeper.sweep(now=datetime.now(UTC) + timedelta(seconds=seconds_later))


def sweep_files(*, seconds_later=0):
    return sweeper.sweep_files(now=datetime.now(UTC) + timedelta(seconds=seconds_later))


def fill_queue(*, flood, others, owners):
    """Queue pictures with their holds: one person's first, then those of the others by turns."""
    now = datetime.now(UTC)
    flooder, *people = [factories.make_user(username=f"person{number}") for number in range(owners + 1)]
    for number in range(flood + others):
        owner = flooder if number < flood else people[number % owners]
        queue_picture(owner, number, now + timedelta(microseconds=number))
    wakeup.send()


@transaction.atomic
def queue_picture(owner, seed, now):
    """Insert what a request leaves behind, without its screening and its limits."""
    public_id = ids.new_public_id()
    Picture.objects.create(
        public_id=public_id,
        created_at=now,
        owner=owner,
        creation_key=public_id,
        purpose=Picture.Purpose.PORTRAIT,
        mode=Picture.Mode.TEXT_TO_IMAGE,
        prompt="somebody",
        width=64,
        height=64,
        seed=seed,
        hold=billing.place_hold(
            subject=owner.subject, reference=f"picture:{public_id}", amount_coins=0, now=now
        ),
    )


def count_pictures():
    return {
        "finished": Picture.objects.filter(finished_at__isnull=False).count(),
        "running": Picture.objects.filter(state=Picture.State.RUNNING).count(),
    }


def audit_pictures():
    """Count what must never be: pictures that are lost, delivered twice, or paid other than once."""
    events = Counter(AuditEvent.objects.filter(kind="picture.ready").values_list("target_id", flat=True))
    pictures = Picture.objects.count()
    ready = Picture.objects.filter(state=Picture.State.READY)
    captured = ready.filter(hold__state=Hold.State.CAPTURED).count()
    return {
        "lost": pictures - ready.count(),
        "doubled": sum(times > 1 for times in events.values()),
        "not_paid_once": ready.count() - captured,
        "retried_alone": Picture.objects.filter(is_alone=True).count(),
    }


def measure_fairness():
    """Return what share of the pictures the flooder got while others waited, and when those had theirs.

    Until 95 % of the others' were done: what a killed worker had in hand comes last, whosever it is.
    """
    order = list(Picture.objects.order_by("finished_at", "pk").values_list("owner__username", flat=True))
    places = [place for place, owner in enumerate(order) if owner != "person0"]
    early = order[: places[int(0.95 * len(places))] + 1]
    return {
        "flooder_share_while_others_wait": round(early.count("person0") / len(early), 4),
        "others_done_after": round(len(early) / len(order), 4),
    }


COMMANDS = {
    each.__name__: each
    for each in (
        make_person,
        ask,
        look,
        look_around,
        sweep,
        sweep_files,
        fill_queue,
        count_pictures,
        audit_pictures,
        measure_fairness,
    )
}


def main():
    """Answer each line of JSON with one."""
    say("ready")
    for line in sys.stdin:
        name, arguments = json.loads(line)
        say(json.dumps(COMMANDS[name](**arguments)))


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
