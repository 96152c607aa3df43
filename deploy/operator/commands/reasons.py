"""Why somebody does what takes something from others: in words, for the audit log."""

import click

from deploy.operator.terminal import Mistake


def _in_words(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if not text.strip():
        raise Mistake("say why: --reason '…' goes into the audit log")
    return text


because = click.option("--reason", required=True, callback=_in_words, help="Why; it goes into the audit log.")
