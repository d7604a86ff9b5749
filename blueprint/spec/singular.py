"""The singular of an English noun, by a rule that is short enough to be remembered.

1. a word that is its own singular, or irregular, is in a list: news, people
2. -ies becomes -y: categories
3. -es goes after ss, sh, ch, x, o, and after -tus, -bus, -rus, -nus, -ias: boxes, statuses, aliases
4. -zzes becomes -z: quizzes
5. -ss, -us, -is stay: address, status, analysis
6. any other -s goes: orders, houses
"""

from __future__ import annotations

import re

_SAME = frozenset(
    {
        "alias",
        "analytics",
        "atlas",
        "bias",
        "canvas",
        "chaos",
        "economics",
        "electronics",
        "gas",
        "genetics",
        "goods",
        "graphics",
        "headquarters",
        "lens",
        "logistics",
        "mathematics",
        "news",
        "physics",
        "politics",
        "robotics",
        "series",
        "species",
        "statistics",
    }
)

_IRREGULAR = {
    "caches": "cache",
    "children": "child",
    "cookies": "cookie",
    "halves": "half",
    "indices": "index",
    "knives": "knife",
    "leaves": "leaf",
    "lives": "life",
    "matrices": "matrix",
    "men": "man",
    "menus": "menu",
    "movies": "movie",
    "people": "person",
    "shelves": "shelf",
    "shoes": "shoe",
    "vertices": "vertex",
    "wolves": "wolf",
    "women": "woman",
}

_ENDINGS = (
    (re.compile(r"(?<=\w\w)ies$"), "y"),
    (re.compile(r"(?<=z)zes$"), ""),
    (re.compile(r"(?<=ss|sh|ch)es$|(?<=[xo])es$|(?<=[tbrn]us)es$|(?<=ias)es$"), ""),
    (re.compile(r"(?<=ss)$|(?<=us)$|(?<=is)$"), ""),
    (re.compile(r"(?<=\w\w)s$"), ""),
)


def singular(word: str) -> str:
    """The singular of one lower-case word; a word that has none is its own."""
    if word in _SAME:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, instead in _ENDINGS:
        if ending.search(word):
            return ending.sub(instead, word)
    return word
