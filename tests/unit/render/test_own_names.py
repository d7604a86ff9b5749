"""Where a name of the user's and one of a template meet in a module, one of them gives way."""

from __future__ import annotations

import pytest

from blueprint.render.own_names import apart, own, unmarked, yielding

RECORD, TABLE, NEW, BODY = own("Record"), own("events"), own("created"), yielding("body")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"class {own('Order')}(Record): ...\n", "class Order(Record): ...\n"),
        (
            f"from a.table import Record, Table\nclass {RECORD}(Record): ...\nt = Table({RECORD})\n",
            "from a.table import Record as Record_, Table\nclass Record(Record_): ...\nt = Table(Record)\n",
        ),
        (
            f"from a.b import {TABLE}\ndef f(events: int):\n    return {TABLE}.x(events, events=events)\n",
            "from a.b import events as events_\n"
            "def f(events: int):\n    return events_.x(events, events=events)\n",
        ),
        (
            f"import log\nlog = log.get()\ndef {own('log')}() -> None:\n    log.log(log)\n",
            "import log as log_\nlog_ = log_.get()\ndef log() -> None:\n    log_.log(log_)\n",
        ),
        (
            f"import x\nclass A:\n    {own('list')}: list[str]\n",
            "import x\nimport builtins\nclass A:\n    list: builtins.list[str]\n",
        ),
        (
            f'def f(body):\n    {BODY} = body\n    return {BODY}, f"{{body.body}} body"\n',
            'def f(body):\n    body_ = body\n    return body_, f"{body.body} body"\n',
        ),
        (
            f"created = 1\ndef {NEW}():\n    return f\"{{created['created']}} {{{{created}}}}\"\n",
            "created_ = 1\ndef created():\n    return f\"{created_['created']} {{created}}\"\n",
        ),
        (
            f"import tx\nimport tx_\ndef {own('tx')}(): tx(tx_)  # tx\n",
            "import tx as tx__\nimport tx_\ndef tx(): tx__(tx_)  # tx\n",
        ),
        (f"from a.log import b as log\n{own('log')} = log\n", "from a.log import b as log_\nlog = log_\n"),
    ],
)
def test_one_of_two_gives_way(text: str, wanted: str) -> None:
    assert apart(text).replace("import builtins\nimport x", "import x\nimport builtins") == wanted.replace(
        "import builtins\nimport x", "import x\nimport builtins"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"class A:\n    {own('id')}: int\ndef f(id: str) -> str:\n    return id\n",
        f"router = get()\nclass A:\n    {own('router')}: str\n@router.get\ndef f(): ...\n",
        f"def f(publish: str) -> None:\n    print(publish)\ndef {own('publish')}(): ...\n",
        f"class A:\n    {own('str')}: int\ndef f(x: str) -> str:\n    return str(x)\n",
        f"def f():\n    return [each for each in x]\ndef {own('each')}(): ...\n",
    ],
)
def test_names_that_no_scope_sees_both_stay(text: str) -> None:
    assert apart(text) == unmarked(text)


def test_a_text_that_is_no_python_only_loses_its_marks() -> None:
    assert apart(f"def {own('x')}(:") == "def x(:"
    assert unmarked(f"[{own('a')}]{yielding('b')}") == "[a]b"
