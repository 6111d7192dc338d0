from django.apps import AppConfig


class StorychatConfig(AppConfig):
    name = "storychat"
