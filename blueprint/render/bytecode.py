"""Compiled templates, kept from one run to the next: compiling is nearly all the time that Jinja takes."""

from __future__ import annotations

import marshal

from jinja2.bccache import Bucket, BytecodeCache, bc_magic

from blueprint.kept import Kept, cache_folder


class TemplateCache(BytecodeCache):
    """The compiled templates of this user; `settings` says all that a compilation depends on."""

    def __init__(self, settings: str) -> None:
        self._kept = Kept(cache_folder(), "templates", f"{bc_magic!r} {settings}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja: give the bucket the code of its template, if it is there and fits."""
        # Jinja's own way to decode it reads it in many small pieces, which takes six times as long.
        if code := self._kept.get(_entry(bucket)):
            bucket.code = marshal.loads(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja: keep the code of the bucket."""
        self._kept.put(_entry(bucket), marshal.dumps(bucket.code))

    def save(self) -> None:
        """Write what is new, if that is possible."""
        self._kept.save()


def _entry(bucket: Bucket) -> str:
    return f"{bucket.key} {bucket.checksum}"
