"""A small invented shop, so that a fresh installation has something to talk about."""
