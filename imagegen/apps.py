from django.apps import AppConfig


class ImagegenConfig(AppConfig):
    name = "imagegen"
