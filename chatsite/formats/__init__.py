"""How times are written where Django's own formats differ from what browsers and people of that language write. Named by settings.FORMAT_MODULE_PATH."""
