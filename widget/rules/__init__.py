"""Fixed answers: sentences an owner wrote for phrases that need no search and no model."""
