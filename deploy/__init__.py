"""From a checkout to a server that stays up: `make server`, `make update`. Plain Python without packages, because it runs before any are installed."""
