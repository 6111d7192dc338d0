"""Any server that speaks the OpenAI chat-completions protocol."""

import itertools
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import httpx2

from chat.prompts import Prompt, Speaker, Turn
from chat.responders.base import ResponderError

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 60.0
_REPLY_TOKENS_MAX = 600
_TEMPERATURE = 0.9
_CODES = {401: "model-key", 403: "model-key", 404: "model-missing", 408: "model-slow", 429: "model-busy"}


@dataclass(frozen=True, slots=True)
class OpenAIResponder:
    """Streams from `base_url`, for example http://127.0.0.1:8080/v1."""

    base_url: str
    model: str
    api_key: str = ""
    connect_seconds: float = _CONNECT_SECONDS
    # Between two pieces; a large model may think for a while before the first.
    read_seconds: float = _READ_SECONDS

    @property
    def label(self) -> str:
        return self.model

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        timeout = httpx2.Timeout(self.read_seconds, connect=self.connect_seconds)
        is_complete = False
        try:
            async with (
                httpx2.AsyncClient(timeout=timeout, headers=headers) as client,
                client.stream(
                    "POST", f"{self.base_url}/chat/completions", json=self._body(prompt)
                ) as response,
            ):
                if response.status_code != httpx2.codes.OK:
                    raise ResponderError(_CODES.get(response.status_code, "model-down"))
                async for line in response.aiter_lines():
                    if not line.startswith("data:"):
                        continue
                    data = line.removeprefix("data:").strip()
                    if data == "[DONE]":
                        is_complete = True
                        break
                    text, is_last = _read_event(data)
                    is_complete = is_complete or is_last
                    if text:
                        yield text
        except httpx2.TimeoutException as error:
            raise ResponderError("model-slow") from error
        except httpx2.ConnectError as error:
            raise ResponderError("model-unreachable") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ResponderError("model-broke-off") from error
        if not is_complete:
            raise ResponderError("model-broke-off")

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": _messages(prompt),
            "stream": True,
            "max_tokens": _REPLY_TOKENS_MAX,
            "temperature": _TEMPERATURE,
            "seed": prompt.seed % 2**31,
        }


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    """Say the prompt in strict alternation, the person first.

    The chat templates of Mistral and Gemma answer 400 to anything else: the greeting, which comes before
    the person's first line, or two lines of the person around a reply that failed.
    """
    blocks = itertools.groupby(prompt.history, key=lambda turn: turn.speaker)
    merged = [(speaker, "\n\n".join(turn.text for turn in turns)) for speaker, turns in blocks]
    system = prompt.system
    if prompt.examples:
        shown = "\n\n".join("\n".join(_named(turn, prompt) for turn in block) for block in prompt.examples)
        system += f"\n\nHow {prompt.sheet.name} talks, for example:\n{shown}"
    if merged and merged[0][0] is Speaker.CHARACTER:
        # Not always the greeting: the lines before may have been cut for the budget.
        system += f"\n\n{prompt.sheet.name} has just said:\n{merged.pop(0)[1]}"
    return [
        {"role": "system", "content": system},
        *(
            {"role": "user" if speaker is Speaker.PERSON else "assistant", "content": text}
            for speaker, text in merged
        ),
    ]


def _named(turn: Turn, prompt: Prompt) -> str:
    name = prompt.user_name if turn.speaker is Speaker.PERSON else prompt.sheet.name
    return f"{name}: {turn.text}"


def _read_event(data: str) -> tuple[str, bool]:
    """Return the text of one event, and whether it is the last with text."""
    try:
        event = json.loads(data)
        if "error" in event:
            raise ResponderError("model-down")
        choices = event["choices"]
        if not choices:
            return "", False
        delta = choices[0].get("delta") or {}
        text = delta.get("content") or ""
        if not isinstance(text, str):
            raise ResponderError("model-garbled")
        return text, choices[0].get("finish_reason") is not None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ResponderError("model-garbled") from error
