"""What can be wrong with a template, in words of ours."""

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

# What a disk says of names, folders and sizes that no project can have.
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
    """Inside, what cookiecutter and Jinja raise becomes a TemplateFault about the template at this path."""
    try:
        yield
    except (BlueprintError, EOFError):  # the latter is whoever leaves the questions
        raise
    except MemoryError:
        raise TemplateFault(beyond_limit(TOO_MUCH_MEMORY, path)) from None
    except OSError as error:
        # That a template includes one that is not there is an OSError of Jinja's.
        if error.errno not in _OF_NAMES and not isinstance(error, TemplateError):
            raise
        raise TemplateFault(_problem(error, path)) from error
    except Exception as error:  # an expression of a template can raise whatever Python can
        raise TemplateFault(_problem(error, path)) from error


def _problem(error: Exception, path: str) -> Problem:
    if isinstance(error, SecurityError):
        message = "the template reaches for what is not its own"
        return Problem("template-unsafe", message, "read it; if you trust it, add --trust", path)
    if isinstance(error, FailedHookException):
        message = "a program of the template has failed"
        return Problem(
            "hook-failed", message, "see what it says above; often an answer does not suit it", path
        )
    if isinstance(error, NonTemplatedInputDirException):
        hint = 'it has to have a folder such as "{{cookiecutter.project_slug}}"'
        return Problem(
            "no-template-folder", "the template has no folder that becomes the project", hint, path
        )
    if isinstance(error, ContextDecodingException):
        return Problem(
            "bad-cookiecutter-json", "cookiecutter.json is not JSON", "see what a JSON checker says", path
        )
    if isinstance(error, UnknownExtension):
        message = "an extension that the template needs is not installed"
        return Problem("no-extension", message, f"install it next to blueprint: {error}", path)
    return Problem("bad-template", _reason(error), "tell whoever wrote the template", path, _line(error))


def _reason(error: Exception) -> str:
    if isinstance(error, UndefinedVariableInTemplate):
        return f"{error.message[:1].lower()}{error.message[1:]}: {error.error.message}"
    text = " ".join(str(error).split()) or type(error).__name__
    return f"the template cannot be rendered: {text}"


def _line(error: Exception) -> int | None:
    return error.lineno if isinstance(error, TemplateSyntaxError) else None
