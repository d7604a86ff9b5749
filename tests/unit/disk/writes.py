"""Finds the calls of a module that write, replace, link or remove, or start a program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

OF_OS = {
    *("chmod", "chown", "lchmod", "lchown", "link", "makedirs", "mkdir", "mkfifo", "mknod", "remove"),
    *("removedirs", "removexattr", "rename", "renames", "replace", "rmdir", "setxattr", "symlink"),
    *("truncate", "unlink", "utime"),
}
OF_PATHS = {
    *("chmod", "hardlink_to", "lchmod", "mkdir", "rename", "rmdir", "symlink_to", "touch", "unlink"),
    *("write_bytes", "write_text", "extract", "extractall", "FileHandler"),
}
OF_SHUTIL_THAT_READ = ("disk_usage", "get_terminal_size", "which")
OF_SUBPROCESS = ("Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput", "run")
MODULES = ("os", "shutil", "subprocess", "tempfile")
_MODE = re.compile("[rwaxbtU+]{1,4}")
_READS = {"O_RDONLY", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK"}


def modules(package: Path) -> Iterator[Path]:
    return (path for path in sorted(package.rglob("*.py")) if "__pycache__" not in path.parts)


def writes(source: str) -> Iterator[str]:
    """`12: os.unlink` for each call, or import by name, that could change what is on the disk."""
    return (f"{node.lineno}: {name}" for node, name in _calls(source) if not name.startswith("subprocess."))


def starts(source: str) -> Iterator[str]:
    """The same for each that starts a program."""
    return (f"{node.lineno}: {name}" for node, name in _calls(source) if name.startswith("subprocess."))


def _calls(source: str) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            yield from ((node, name) for name in _imported(node))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            # Named is enough: it can be handed over, and called elsewhere.
            if _writes_of(node.value.id, node.attr):
                yield node, f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and (name := _call(node)):
            yield node, name


def _imported(node: ast.ImportFrom | ast.Import) -> Iterator[str]:
    """What can be called by another name than its own."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            if alias.name in MODULES and alias.asname not in (None, alias.name):
                yield f"{alias.name} as {alias.asname}"
        elif _writes_of(node.module or "", alias.name) or (node.module, alias.name) == ("os", "open"):
            yield f"{node.module}.{alias.name}"


def _writes_of(module: str, name: str) -> bool:
    return (
        module in MODULES
        and {
            "os": name in OF_OS
            or name.startswith(("exec", "spawn", "posix_spawn", "popen", "system", "fork")),
            "shutil": name not in OF_SHUTIL_THAT_READ,
            "subprocess": name in OF_SUBPROCESS,
            "tempfile": name != "tempdir",
        }[module]
    )


def _call(node: ast.Call) -> str | None:
    function = node.func
    if isinstance(function, ast.Name):
        return "open" if function.id == "open" and _may_write(node, node.args[1:]) else None
    if not isinstance(function, ast.Attribute):
        return None
    owner = function.value.id if isinstance(function.value, ast.Name) else ""
    if function.attr == "open":
        return _opened(node, owner)
    if function.attr == "connect" and owner == "sqlite3":
        is_in_memory = (
            node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == ":memory:"
        )
        return None if is_in_memory else "sqlite3.connect"
    # A text is replaced by another one, and takes both.
    is_path_replace = function.attr == "replace" and len(node.args) == 1 and not node.keywords
    is_written = (function.attr in OF_PATHS and owner not in MODULES) or is_path_replace
    return f".{function.attr}" if is_written else None


def _opened(node: ast.Call, owner: str) -> str | None:
    if owner == "os":
        is_null = ast.unparse(node.args[0]) == "os.devnull"
        return None if is_null or _flags(node.args[1]) <= _READS else "os.open"
    if len(node.args) > 1 and any(flag.startswith("O_") for flag in _flags(node.args[1])):
        return None  # of a folder that the disk's own package has opened
    builtin = owner in ("io", "codecs", "gzip", "bz2", "lzma", "tarfile")
    return ".open" if _may_write(node, node.args[1:] if builtin else node.args) else None


def _flags(node: ast.expr) -> set[str]:
    return {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _may_write(node: ast.Call, arguments: list[ast.expr]) -> bool:
    """Whether it is opened in a mode that is not known to read."""
    modes = [*arguments[:1], *(each.value for each in node.keywords if each.arg == "mode")]
    for mode in modes:
        is_known = isinstance(mode, ast.Constant) and isinstance(mode.value, str)
        if not is_known or not _MODE.fullmatch(mode.value) or set(mode.value) & set("wax+"):
            return True
    return False
