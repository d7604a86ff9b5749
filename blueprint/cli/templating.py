"""`blueprint new --template`: create a project from a cookiecutter template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from blueprint.errors import Problem, UsageError
from blueprint.report.result import Result

if TYPE_CHECKING:
    from blueprint.cli.console import Terminal
    from blueprint.cookiecutter.model import Rendered, TemplateRequest


class TemplateFlags(Struct, frozen=True):
    """The template options of `new`. `target` is the output folder, if given."""

    template: str
    name: str | None = None
    target: str | None = None
    checkout: str | None = None
    directory: str | None = None
    answers: tuple[str, ...] = ()
    trust: bool = False


def new_from_template(
    terminal: Terminal, flags: TemplateFlags, *, ask: bool, dry_run: bool, git: bool
) -> Result:
    """Render the template and write the project, or show it in a dry run."""
    from blueprint.workspace.destination import check_destination

    if flags.target:
        check_destination(Path(flags.target))  # check the destination before asking questions
    request = _request(flags, ask=ask and not dry_run, run_hooks=not dry_run)
    rendered = _rendered(request, colored=terminal.err.colored)
    destination = check_destination(Path(flags.target or rendered.name))
    if not ask:
        for question, answer in rendered.answers.items():
            terminal.note(f"  {question}: {answer}")
    if dry_run:
        return _shown(terminal, flags, rendered, destination.path)

    from blueprint import __version__
    from blueprint.workspace.create import create_project

    created = create_project(rendered.tree, destination, __version__, git, rendered.empty)
    committed = " and committed" if created.git else ""
    terminal.say(f"wrote {created.files} files to {created.path}{committed}: {flags.template}")
    terminal.note("next: see its README")
    return _result(flags, rendered, created.path, written=True, committed=created.git)


def _rendered(request: TemplateRequest, *, colored: bool) -> Rendered:
    """Render within limits, which do not apply to trusted templates."""
    if not request.trust:
        from blueprint.cookiecutter.limited import render_limited

        return render_limited(request, colored=colored)
    from blueprint.cookiecutter.render import render_template

    if not colored:
        from rich import reconfigure

        reconfigure(
            color_system=None
        )  # cookiecutter prompts with rich, which prints bold text even without colour
    return render_template(request)


def _request(flags: TemplateFlags, *, ask: bool, run_hooks: bool) -> TemplateRequest:
    from blueprint.cookiecutter.model import TemplateRequest

    return TemplateRequest(
        template=flags.template,
        name=flags.name,
        checkout=flags.checkout,
        directory=flags.directory,
        answers=dict(_answer(each) for each in flags.answers),
        trust=flags.trust,
        ask=ask,
        run_hooks=run_hooks,
    )


def _answer(text: str) -> tuple[str, str]:
    question, equals, answer = text.partition("=")
    if not equals:
        raise UsageError(
            Problem("usage", f"--answer takes QUESTION=ANSWER, not {text!r}", "--answer license=MIT")
        )
    return question, answer


def _shown(terminal: Terminal, flags: TemplateFlags, rendered: Rendered, path: Path) -> Result:
    terminal.say(f"would write {len(rendered.tree)} files to {path}: {flags.template}")
    for file in (*rendered.tree, *(f"{folder}/" for folder in rendered.empty)):
        terminal.say(f"  {file}")
    if rendered.skipped:
        terminal.note(f"a dry run skips these hooks of the template: {', '.join(rendered.skipped)}")
    return _result(flags, rendered, path, written=False, committed=False)


def _result(
    flags: TemplateFlags, rendered: Rendered, path: Path, *, written: bool, committed: bool
) -> Result:
    data = {
        "path": str(path),
        "files": list(rendered.tree),
        "written": written,
        "git": committed,
        "template": flags.template,
        "answers": rendered.answers,
    }
    return Result("new", "ok", data=data)
