"""``eventapp import``: lists brought along."""

import click


@click.group("import")
def group() -> None:
    """Lists brought along; --dry-run shows what would happen."""
