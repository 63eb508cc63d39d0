"""Human takeover and insights in Django admin."""
