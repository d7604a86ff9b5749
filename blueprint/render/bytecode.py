"""Compiled templates, kept from one run to the next: compiling is nearly all the time that Jinja takes."""

from __future__ import annotations

from jinja2.bccache import Bucket, BytecodeCache, bc_magic

from blueprint.render.kept import Kept, cache_folder


class TemplateCache(BytecodeCache):
    """The compiled templates of this user; `settings` says all that a compilation depends on."""

    def __init__(self, settings: str) -> None:
        self._kept = Kept(cache_folder(), "templates", f"{bc_magic!r} {settings}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja: give the bucket the code of its template, if it is there and fits."""
        if code := self._kept.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja: keep the code of the bucket."""
        self._kept.put(bucket.key, bucket.bytecode_to_string())

    def save(self) -> None:
        """Write what is new, if that is possible."""
        self._kept.save()
