"""The admin pages of what a business knows: its entries, its sources, the usual questions and its own test questions."""
