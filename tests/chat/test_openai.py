"""The OpenAI-compatible backend against a local server that misbehaves in every usual way."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from characters.persona import estimate_tokens
from chat.prompts import CharacterSheet, Prompt, Speaker, Turn, build_prompt
from chat.responders import OpenAIResponder, PersonaResponder, get_responder
from chat.responders.base import ResponderError
from tests.chat.fakes import FakeHandler, event, serving

Plan = Callable[[FakeHandler, dict[str, Any]], None]
SHEET = CharacterSheet(
    name="Mira",
    description="{{char}} keeps a light.",
    example_dialogue="<START>\n{{user}}: Loud?\n{{char}}: Only the sea.",
)


def make_prompt(*lines: str, budget_tokens: int = 2_000) -> Prompt:
    history = [Turn(list(Speaker)[index % 2], line) for index, line in enumerate(lines or ("Hello?",))]
    return build_prompt(sheet=SHEET, user_name="Alex", history=history, seed=5, budget_tokens=budget_tokens)


def ask(responder: OpenAIResponder, prompt: Prompt | None = None) -> list[str]:
    async def collect() -> list[str]:
        return [piece async for piece in responder.stream(prompt or make_prompt())]

    return async_to_sync(collect)()


def code_of(plan: Plan, **options: Any) -> str:
    with serving(plan) as server, pytest.raises(ResponderError) as caught:
        ask(OpenAIResponder(server.base_url, "fake", **options))
    return caught.value.code


def streamed(*texts: str, end: str = "data: [DONE]\n\n") -> Plan:
    def plan(handler: FakeHandler, _body: dict[str, Any]) -> None:
        handler.begin()
        for text in texts:
            handler.say(text)
        handler.say(end)

    return plan


def answering(status: int) -> Plan:
    def plan(handler: FakeHandler, _body: dict[str, Any]) -> None:
        handler.begin(status, "application/json")
        handler.say('{"error": {"message": "no"}}')

    return plan


def test_a_stream_arrives_in_pieces() -> None:
    texts = [": comment\n\n", event("The "), event(""), event("lamp."), 'data: {"choices": []}\n\n']
    with serving(streamed(*texts)) as server:
        pieces = ask(OpenAIResponder(server.base_url, "fake", "secret-key"))
    body, headers = server.requests[0]
    assert pieces == ["The ", "lamp."]
    assert headers["authorization"] == "Bearer secret-key"
    assert (body["model"], body["stream"]) == ("fake", True)


def test_the_messages_carry_persona_examples_and_history() -> None:
    with serving(streamed(event("Yes."))) as server:
        ask(OpenAIResponder(server.base_url, "fake"), make_prompt("Hello?", "Come in.", "Is it late?"))
    body, headers = server.requests[0]
    assert "authorization" not in headers
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]
    system = body["messages"][0]["content"]
    assert "Mira keeps a light." in system
    assert "Alex: Loud?\nMira: Only the sea." in system


def test_strict_templates_get_alternating_messages_that_start_with_the_person() -> None:
    """A greeting comes first, and a reply that failed leaves two lines of the person side by side."""
    spoken = [
        Turn(Speaker.CHARACTER, "You made it."),
        Turn(Speaker.PERSON, "Hello?"),
        Turn(Speaker.PERSON, "Anybody there?"),
        Turn(Speaker.CHARACTER, "Come in."),
        Turn(Speaker.PERSON, "Is it late?"),
    ]
    prompt = build_prompt(sheet=SHEET, user_name="Alex", history=spoken, seed=5, budget_tokens=2_000)
    with serving(streamed(event("Yes."))) as server:
        ask(OpenAIResponder(server.base_url, "fake"), prompt)
    system, *rest = server.requests[0][0]["messages"]
    assert system["role"] == "system"
    assert system["content"].endswith("Mira has just said:\nYou made it.")
    assert [(message["role"], message["content"]) for message in rest] == [
        ("user", "Hello?\n\nAnybody there?"),
        ("assistant", "Come in."),
        ("user", "Is it late?"),
    ]


@pytest.mark.parametrize(("budget_tokens", "first"), [(700, Speaker.CHARACTER), (840, Speaker.PERSON)])
def test_a_context_cut_anywhere_starts_with_the_person_and_fits(budget_tokens: int, first: Speaker) -> None:
    prompt = make_prompt(*["word " * 100 for _ in range(9)], budget_tokens=budget_tokens)
    assert prompt.history[0].speaker is first
    with serving(streamed(event("Yes."))) as server:
        ask(OpenAIResponder(server.base_url, "fake"), prompt)
    messages = server.requests[0][0]["messages"]
    assert messages[1]["role"] == "user"
    assert sum(estimate_tokens(message["content"]) for message in messages) <= budget_tokens


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "model-key"),
        (403, "model-key"),
        (404, "model-missing"),
        (429, "model-busy"),
        (500, "model-down"),
        (302, "model-down"),
    ],
)
def test_a_status_becomes_a_reason(status: int, code: str) -> None:
    assert code_of(answering(status)) == code


def test_a_slow_server_is_given_up() -> None:
    hold = threading.Event()

    def plan(handler: FakeHandler, _body: dict[str, Any]) -> None:
        handler.begin()
        handler.say(event("I was about to"))
        hold.wait()

    try:
        assert code_of(plan, read_seconds=0.2) == "model-slow"
    finally:
        hold.set()


def test_a_server_that_is_not_there() -> None:
    with serving(streamed()) as server:
        url = server.base_url
    with pytest.raises(ResponderError) as caught:
        ask(OpenAIResponder(url, "fake"))
    assert caught.value.code == "model-unreachable"


@pytest.mark.parametrize(
    "end",
    ["", event("more").rstrip("\n")[:20]],
    ids=["between events", "inside an event"],
)
def test_a_connection_that_breaks_in_the_middle(end: str) -> None:
    assert code_of(streamed(event("Half of "), end=end)) in {"model-broke-off", "model-garbled"}


def test_a_reset_in_the_middle() -> None:
    def plan(handler: FakeHandler, _body: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.say(event("Half of "))
        handler.connection.close()

    assert code_of(plan) == "model-broke-off"


@pytest.mark.parametrize(
    "data",
    ["not json", "[]", '{"choices": [{"delta": {"content": 5}}]}', '{"choices": 7}', "{}"],
)
def test_unreadable_events(data: str) -> None:
    assert code_of(streamed(f"data: {data}\n\n")) == "model-garbled"


def test_an_error_inside_the_stream() -> None:
    assert code_of(streamed('data: {"error": {"message": "overloaded"}}\n\n')) == "model-down"


def test_a_finish_reason_ends_a_stream_without_done() -> None:
    with serving(streamed(event("All.", finish="stop"), end="")) as server:
        assert ask(OpenAIResponder(server.base_url, "fake")) == ["All."]


def test_the_context_fits_the_budget_and_keeps_the_last_line() -> None:
    prompt = make_prompt(*["word " * 100 for _ in range(31)], budget_tokens=1_000)
    used = estimate_tokens(prompt.system) + sum(estimate_tokens(turn.text) for turn in prompt.history)
    assert used <= 1_000
    assert 1 <= len(prompt.history) < 31
    assert make_prompt("x" * 9_000, budget_tokens=100).history[-1].text == "x" * 9_000


def test_the_settings_choose_the_responder(settings: Any) -> None:
    assert isinstance(get_responder(), PersonaResponder)
    settings.CHAT_BASE_URL = "http://127.0.0.1:1/v1"
    settings.CHAT_MODEL = "some-model"
    responder = get_responder()
    assert isinstance(responder, OpenAIResponder)
    assert responder.label == "some-model"
