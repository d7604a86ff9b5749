"""Logins by an OpenID provider: shops under forged tokens, new keys and outages."""
