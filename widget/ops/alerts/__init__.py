"""Tells the owner by e-mail, Telegram or webhook that a visitor waits, a provider failed or the day's answers are used up."""
