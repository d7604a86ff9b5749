"""The only code that writes, replaces, links or removes files, never through a link.

A folder is opened once. All in it goes by names from its descriptor, none of which may be a link.
"""
