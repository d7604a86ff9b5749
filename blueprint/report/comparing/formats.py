"""A comparison in each of its formats."""

from __future__ import annotations

import json
from datetime import date
from typing import Literal, get_args

from msgspec import Struct

from blueprint.knowledge.comparison import Comparison
from blueprint.printable import json_line
from blueprint.report.comparing.data import as_data
from blueprint.report.comparing.decision_record import record
from blueprint.report.comparing.report import report
from blueprint.report.document import plain

Format = Literal["table", "markdown", "json", "html", "madr"]
FORMATS: tuple[Format, ...] = get_args(Format)


class Setting(Struct, frozen=True):
    """The context of a comparison.

    `built` are labels and paths of packs, which tell what tools there are; `today` tells whether prices are
    old; `width` is in columns.
    """

    built: frozenset[str]
    today: date
    width: int = 80
    colored: bool = False


def rendered(comparison: Comparison, form: Format, setting: Setting) -> str:
    """The comparison as text, without a line break at its end."""
    if form == "json":
        return json_line(json.dumps(as_data(comparison, setting.built), indent=2, ensure_ascii=False))
    if form == "madr":
        from blueprint.report.markdown import markdown

        return markdown(plain(record(comparison)), {"status": "proposed", "date": setting.today.isoformat()})
    document = plain(report(comparison, setting.built, setting.today))
    if form == "markdown":
        from blueprint.report.markdown import markdown

        return markdown(document)
    if form == "html":
        from blueprint.report.html.page import page

        return page(document, comparison)
    from blueprint.report.terminal import terminal_text

    return terminal_text(document, setting.width, colored=setting.colored)
