"""How people write Indonesian and English in a chat, brought to one form: numbers, colloquial words, roots, small words, language."""
