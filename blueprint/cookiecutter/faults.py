"""Convert errors of a template to messages."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from cookiecutter.exceptions import (
    ContextDecodingException,
    FailedHookException,
    NonTemplatedInputDirException,
    UndefinedVariableInTemplate,
    UnknownExtension,
)
from jinja2 import TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError

from blueprint.cookiecutter.model import TOO_MUCH_MEMORY, TemplateFault, beyond_limit
from blueprint.errors import BlueprintError, Problem

# Disk errors for invalid names, folders and sizes.
_OF_NAMES = (
    errno.ENAMETOOLONG,
    errno.EINVAL,
    errno.EILSEQ,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
    errno.EFBIG,
)


@contextmanager
def template_faults(path: str) -> Iterator[None]:
    """Convert errors of cookiecutter and Jinja in the block to a TemplateFault about this template."""
    try:
        yield
    except (BlueprintError, EOFError):  # the latter means that the user cancelled the questions
        raise
    except MemoryError:
        raise TemplateFault(beyond_limit(TOO_MUCH_MEMORY, path)) from None
    except OSError as error:
        # Jinja raises an OSError for a missing included template.
        if error.errno not in _OF_NAMES and not isinstance(error, TemplateError):
            raise
        raise TemplateFault(_problem(error, path)) from error
    except Exception as error:  # an expression of a template can raise any exception
        raise TemplateFault(_problem(error, path)) from error


def _problem(error: Exception, path: str) -> Problem:
    if isinstance(error, SecurityError):
        message = "the template uses forbidden Python attributes"
        return Problem("template-unsafe", message, "read it; if you trust it, add --trust", path)
    if isinstance(error, FailedHookException):
        message = "a hook of the template failed"
        return Problem(
            "hook-failed", message, "see its output above; often an answer is not valid for it", path
        )
    if isinstance(error, NonTemplatedInputDirException):
        hint = 'it needs a folder such as "{{cookiecutter.project_slug}}"'
        return Problem("no-template-folder", "the template has no project folder", hint, path)
    if isinstance(error, ContextDecodingException):
        return Problem(
            "bad-cookiecutter-json",
            "cookiecutter.json is not valid JSON",
            "check it with a JSON linter",
            path,
        )
    if isinstance(error, UnknownExtension):
        message = "an extension required by the template is not installed"
        return Problem("no-extension", message, f"install it next to blueprint: {error}", path)
    return Problem("bad-template", _reason(error), "report it to the template's author", path, _line(error))


def _reason(error: Exception) -> str:
    if isinstance(error, UndefinedVariableInTemplate):
        return f"{error.message[:1].lower()}{error.message[1:]}: {error.error.message}"
    text = " ".join(str(error).split()) or type(error).__name__
    return f"the template cannot be rendered: {text}"


def _line(error: Exception) -> int | None:
    return error.lineno if isinstance(error, TemplateSyntaxError) else None
