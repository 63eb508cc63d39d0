"""Building blocks without models and without business words: one topic a file."""
