"""The pages of a town's officers: how the town is served, looked at before it is published."""

from flask import Flask
from pymongo.database import Database

from gateway.officers import pages, previews
from gateway.officers.drafts import SetupDrafts
from services.chassis.locking import KeyRing


def set_up(app: Flask, database: Database, keys: KeyRing) -> None:  # type: ignore[type-arg]
    """The addresses under /setup."""
    app.config["LOKET_SETUP_DRAFTS"] = SetupDrafts(database, keys)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(previews.blueprint)
