"""Templates by their labels, compiled once for each user: nearly all the time of Jinja goes into that."""

from __future__ import annotations

import marshal
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from jinja2 import BaseLoader, Environment, Template, TemplateNotFound
from jinja2.bccache import bc_magic

from blueprint.cache import Cache, cache_folder
from blueprint.plan.model import Origin

_SLOT = "{{ slot("
_SLOT_LINE = re.compile(r'^([ \t]*)\{\{ slot\(("[^"\n]*")\) \}\}\n', re.MULTILINE)


class PackLoader(BaseLoader):
    """The files of packs as templates; `settings` says all that a compilation depends on beside them."""

    def __init__(self, origins: Mapping[str, Origin], settings: str) -> None:
        self._origins = origins
        self._cache = Cache(cache_folder(), "templates", f"{bc_magic!r} {settings}")

    # Jinja's own cache of bytecode asks for the text of each template first, which takes half of the time.
    def load(
        self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """Called by Jinja: the template of this label."""
        if name not in self._origins:
            raise TemplateNotFound(name)
        file = self._origins[name].file
        key = f"{name} {file.absolute} {file.stamp}"
        if known := self._cache.get(key):
            code = marshal.loads(known)
        else:
            text = _with_slots_as_lines(file.location.read_text(encoding="utf-8"))
            code = environment.compile(text, name, name)
            self._cache.put(key, marshal.dumps(code))
        return environment.template_class.from_code(environment, code, {} if globals is None else globals)

    def save(self) -> None:
        """Keep what was compiled, if that is possible."""
        self._cache.save()


def _with_slots_as_lines(text: str) -> str:
    """A slot that stands alone on its line is made to stand for whole lines."""
    # The end of the line moves into the braces, so that line numbers stay.
    return _SLOT_LINE.sub(r'{{ slot_lines(\2, "\1")\n}}', text) if _SLOT in text else text
