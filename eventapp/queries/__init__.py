"""Show me: every SELECT. ``queries.event.get(...)``: the module is named at the call."""

from eventapp.queries import account, delivery, event, programme, registration, schema, speaker

__all__ = ["account", "delivery", "event", "programme", "registration", "schema", "speaker"]
