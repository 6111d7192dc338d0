"""Print how files are judged and by how many megabytes each made a fresh process grow. Run as a script."""

import json
import os
import resource
import sys
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from imagegen import uploads
from tests.imagegen import hostile


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def judge(path: str) -> dict[str, object]:
    upload = SimpleUploadedFile("file", Path(path).read_bytes())
    before = peak_megabytes()
    try:
        uploads.clean(upload)
        code = "taken"
    except uploads.UploadRefusedError as error:
        code = error.refusal.code
    return {"code": code, "megabytes": peak_megabytes() - before}


def judge_apart(path: str) -> dict[str, object]:
    """Judge in a child, whose peak is its own."""
    receiver, sender = os.pipe()
    if (child := os.fork()) == 0:
        os.write(sender, json.dumps(judge(path)).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, "rb") as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


if __name__ == "__main__":
    for kind in ("PNG", "JPEG", "WEBP"):
        uploads.clean(SimpleUploadedFile("warm-up", hostile.picture((100, 100), kind=kind)))
    json.dump({path: judge_apart(path) for path in sys.argv[1:]}, sys.stdout)
