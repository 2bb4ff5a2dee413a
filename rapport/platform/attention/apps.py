from django.apps import AppConfig


class AttentionConfig(AppConfig):
    name = "rapport.platform.attention"
    label = "attention"
