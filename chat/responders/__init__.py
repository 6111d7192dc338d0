"""Who writes the replies: the built-in persona responder, or a language model behind a URL."""

from django.conf import settings

from chat.responders.base import Responder
from chat.responders.openai import OpenAIResponder
from chat.responders.persona import PersonaResponder


def get_responder() -> Responder:
    """Return the responder that the settings name."""
    if settings.CHAT_BASE_URL:
        return OpenAIResponder(
            base_url=settings.CHAT_BASE_URL, model=settings.CHAT_MODEL, api_key=settings.CHAT_API_KEY
        )
    return PersonaResponder()
