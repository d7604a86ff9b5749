"""Load templates by label, cached in compiled form: compilation takes most of Jinja's time."""

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
    """Loads files of packs as templates; compiled templates also depend on `settings`."""

    def __init__(self, origins: Mapping[str, Origin], settings: str) -> None:
        self._origins = origins
        self._cache = Cache(cache_folder(), "templates", f"{bc_magic!r} {settings}")

    # Jinja's own bytecode cache reads each template first, which takes half of the time.
    def load(
        self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """Load the template with this label. Called by Jinja."""
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
        """Save compiled templates, if possible."""
        self._cache.save()


def _with_slots_as_lines(text: str) -> str:
    """Make a slot that is alone on its line expand to whole lines."""
    # Move the newline into the braces, to keep line numbers.
    return _SLOT_LINE.sub(r'{{ slot_lines(\2, "\1")\n}}', text) if _SLOT in text else text
