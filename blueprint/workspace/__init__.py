"""The only package that writes to a user's folder. It works on files, without specs and templates."""
