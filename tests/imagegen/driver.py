"""The other side of the process tests: a process like a web process, driven by lines of JSON."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.test import Client

from accounts.models import User
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


COMMANDS = {each.__name__: each for each in (make_person, ask, look, look_around, sweep, sweep_files)}


def main():
    """Answer each line of JSON with one."""
    say("ready")
    for line in sys.stdin:
        name, arguments = json.loads(line)
        say(json.dumps(COMMANDS[name](**arguments)))


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
