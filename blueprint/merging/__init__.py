"""Base, yours and new: three versions of a text merged into one by what they consist of.

`spans` is the engine. It knows keys and pieces of text, and prints no tree: a merge consists of pieces of
the three texts, so comments, order and layout stay. A format needs a cutter only: text to head, keyed items
and tail.
"""
