"""The application for a WSGI server: ``eventapp.wsgi:app``."""

from eventapp import create_app

app = create_app()
