"""Show me: every SELECT. ``queries.event.get(...)``: the module is named at the call."""

from eventapp.queries import account, event, registration, schema

__all__ = ["account", "event", "registration", "schema"]
