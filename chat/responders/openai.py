"""Any server that speaks the OpenAI chat-completions protocol."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import httpx2

from chat.prompts import Prompt, Speaker
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
        messages = [{"role": "system", "content": prompt.system}]
        if prompt.examples:
            shown = "\n\n".join(
                "\n".join(
                    (
                        f"{prompt.user_name if turn.speaker is Speaker.PERSON else prompt.sheet.name}: "
                        f"{turn.text}"
                    )
                    for turn in block
                )
                for block in prompt.examples
            )
            messages[0]["content"] += f"\n\nHow {prompt.sheet.name} talks, for example:\n{shown}"
        messages += [
            {"role": "user" if turn.speaker is Speaker.PERSON else "assistant", "content": turn.text}
            for turn in prompt.history
        ]
        return {
            "model": self.model,
            "messages": messages,
            "stream": True,
            "max_tokens": _REPLY_TOKENS_MAX,
            "temperature": _TEMPERATURE,
            "seed": prompt.seed % 2**31,
        }


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
