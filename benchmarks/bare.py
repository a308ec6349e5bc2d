"""The bare limits that the product is measured against: Flask that answers a constant, and one insert with its commit.

Run by the same server with the same threads, on the same engine and the same disk, in the same run.
"""

import os
import uuid

from flask import Flask
from sqlalchemy import Column, MetaData, String, Table, insert

from eventapp import config
from eventapp.db import db, init_app, write_turn

table = Table("bare", MetaData(), Column("id", String(36), primary_key=True))
statement = insert(table)


def create() -> Flask:
    """Two addresses: ``/`` answers a constant, ``/insert`` commits one row."""
    app = Flask(__name__)
    settings = config.read({**os.environ, "EVENTAPP_DATABASE_URL": os.environ["BARE_DATABASE_URL"]})
    app.extensions["eventapp.settings"] = settings
    init_app(app, settings)
    with app.app_context():
        table.metadata.create_all(db.engine, checkfirst=True)

    @app.get("/")
    def constant() -> str:
        return "hello"

    @app.post("/insert")
    def one_commit() -> str:
        with write_turn(), db.engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.execute(statement, {"id": str(uuid.uuid4())})
        return "stored"

    return app


app = create()
