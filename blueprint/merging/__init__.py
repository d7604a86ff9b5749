"""Three-way merge by structure of base, yours and new.

`spans` is the engine. It works on keys and pieces of text, and never prints a tree: a merge consists of
pieces of the three texts, so comments, order and layout stay. A format only needs a function that cuts text
into head, keyed items and tail.
"""
