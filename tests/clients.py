"""Browsers of people, as far as tests without a script need them."""

from django.test import Client

from accounts.models import User


def client_of(user: User) -> Client:
    """Return a client in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client
