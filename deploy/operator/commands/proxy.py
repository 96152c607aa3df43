"""proxy."""

from pathlib import Path

import click

from deploy.operator.terminal import clear

pem = click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True)


@click.command()
@click.option("--certificate", required=True, type=pem, help="The certificate of all towns' names with its chain, PEM.")
@click.option("--key", required=True, type=pem, help="Its private key, PEM.")
@click.option("--https", default="443", show_default=True, help="Port, or address:port, for browsers.")
@click.option("--http", default="80", show_default=True, help="Port, or address:port, that leads to https.")
@click.option(
    "--departments", default="", help="Port, or address:port, at which departments may show a certificate of theirs."
)
@click.option("--check", is_flag=True, help="Only write the configuration, have nginx check it, and say where it is.")
@clear
def proxy(*, certificate: Path, key: Path, https: str, http: str, departments: str, check: bool) -> None:
    """The front proxy (nginx) of this deployment, in the foreground; give the gateway LOKET_PROXIES=1."""
    from deploy.local.stack import this_stack
    from deploy.proxy.nginx import FrontProxy, hosts_of

    stack = this_stack()
    front = FrontProxy(
        folder=stack.var / "proxy",
        hosts=hosts_of(stack.towns().values()),
        gateway=stack.address.removeprefix("http://"),
        certificate=certificate,
        key=key,
        https=https,
        http=http,
        departments=departments,
    )
    if stack.outside.get("LOKET_PROXIES") != "1":
        click.echo("loket: the gateway believes this proxy once it runs with LOKET_PROXIES=1", err=True)
    if check:
        click.echo(front.write())
    else:
        front.become()
