from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "rapport.platform.fields"
    label = "fields"
