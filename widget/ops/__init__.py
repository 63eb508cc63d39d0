"""Running the installation: guards, health, metrics and alerts to the owner."""
