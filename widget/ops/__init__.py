"""Running an installation: the serving process with its guards, security headers, health and alerts to the owner."""
