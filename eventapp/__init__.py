"""eventapp: event registration and management, from the announcement to the report."""

from flask import Flask

from eventapp import config, db, web
from eventapp import models as _tables  # noqa: F401  makes every table known


def create_app(settings: config.Settings | None = None) -> Flask:
    """The application, wired. Settings come from the environment unless given."""
    settings = settings or config.read()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        __name__,
        template_folder=str(config.resource_dir("templates")),
        static_folder=None,  # eventapp.web.static serves files under a digest
        instance_path=str(settings.instance),
    )
    app.extensions["eventapp.settings"] = settings
    db.init_app(app, settings)
    web.init_app(app, settings, busy=db.BUSY)
    return app
