"""What a visitor and an owner live through: the shipped server, real Chromium, a page on another origin."""
