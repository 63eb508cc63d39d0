"""The site: its key, allowed origins, language, look, hours and contacts."""
