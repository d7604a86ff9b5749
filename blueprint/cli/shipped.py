"""The packs that come with the tool, by their folders: help must not wait for manifests."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def shipped(kind: str) -> list[str]:
    """The ids of a kind: `stacks`, or a folder of each stack such as `brokers`."""
    installed = _PACKAGE / "_templates"
    templates = installed if installed.is_dir() else _PACKAGE.parent / "templates"
    pattern = "*/stack/pack.yaml" if kind == "stacks" else f"*/{kind}/*/pack.yaml"
    return sorted({path.parts[-3 if kind == "stacks" else -2] for path in templates.glob(pattern)})


def listed(kind: str, *, without: str = "") -> str:
    """`dns, eureka`, for a help text."""
    return ", ".join(name for name in shipped(kind) if name != without)
