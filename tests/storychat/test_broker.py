"""The demo's broker: a reader never sees half of a message."""

from queue import Empty

import pytest
from kombu import Connection
from kombu.utils.json import dumps

from storychat import broker
from storychat.celery import app


@pytest.fixture
def channel(tmp_path):
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    with Connection("filesystem://", transport_options=folders | {"control_folder": tmp_path}) as connection:
        yield connection.channel()


def test_the_application_uses_it() -> None:
    assert app.connection_for_write("filesystem://").get_transport_cls() is broker.Transport


def test_messages_come_out_in_order_and_once(channel) -> None:
    for number in range(3):
        channel._put("cpu", {"body": number})
    channel._put("gpu", {"body": "another queue"})
    assert [channel._get("cpu")["body"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("cpu")


def test_a_message_that_is_being_written_is_not_read(channel, monkeypatch) -> None:
    seen = []

    def read_meanwhile(payload: object) -> str:
        with pytest.raises(Empty):
            seen.append(channel._get("cpu"))
        return dumps(payload)

    monkeypatch.setattr(broker, "dumps", read_meanwhile)
    channel._put("cpu", {"body": "whole"})
    assert channel._get("cpu") == {"body": "whole"}
    assert not seen


def test_nothing_is_left_behind(channel, tmp_path) -> None:
    channel._put("cpu", {"body": "whole"})
    channel._get("cpu")
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".msg", ".unfinished"}]
