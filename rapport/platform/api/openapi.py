def document(actor: object) -> dict[str, object]:
    return {}
