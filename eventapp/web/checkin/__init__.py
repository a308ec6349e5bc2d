"""The API for phones and scripts: JSON in, JSON out, errors as problem details (RFC 9457)."""
