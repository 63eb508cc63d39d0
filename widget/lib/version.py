"""The version of this code, written into every backup so that an older one can say what it cannot read. A test holds it equal to pyproject.toml."""

VERSION = "0.1.0"
