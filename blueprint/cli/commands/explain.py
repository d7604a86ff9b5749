"""`blueprint explain`."""

from typing import Annotated

import typer

from blueprint.cli.completion import complete_topics
from blueprint.cli.console import Terminal
from blueprint.report.result import Result


def explain(
    context: typer.Context,
    topic: Annotated[
        list[str] | None,
        typer.Argument(help="The topic; without one, list all topics.", autocompletion=complete_topics),
    ] = None,
) -> Result:
    """Explain a pattern, challenge, tool, criterion, claim, error or exit code."""
    import shutil

    from msgspec import to_builtins

    from blueprint.cli.project_context import built_parts
    from blueprint.knowledge.base import load_knowledge_base
    from blueprint.knowledge.messages import load_messages
    from blueprint.knowledge.prices import own_prices
    from blueprint.report.explaining.entries import Knowledge
    from blueprint.report.explaining.topics import explained, overview
    from blueprint.report.terminal import terminal_text

    terminal: Terminal = context.obj
    knowledge = Knowledge(load_knowledge_base(), load_messages(), own_prices(), built_parts())
    document = explained(" ".join(topic), knowledge) if topic else overview(knowledge)
    width = shutil.get_terminal_size((80, 24)).columns
    terminal.show(terminal_text(document, width, colored=terminal.colored))
    return Result("explain", "ok", data=to_builtins(document))
