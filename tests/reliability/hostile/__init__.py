"""Clones, journals, templates, packs and specs that others have prepared, and what each is after.

Each is made anew for its test, beside the folder `victim` which is the user's own.
"""
