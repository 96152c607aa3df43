"""The web application of Loket: sign-in, the JSON API and the pages. No business rule lives here.

Start it with `gunicorn -c python:gateway.gunicorn_conf gateway.wsgi:app`; gateway/settings.py names its variables.
"""
