"""Language models: whom we may ask, how they are asked, and what happens when one of them fails."""
