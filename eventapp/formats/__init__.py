"""Data to bytes and back: no requests, no tables."""
