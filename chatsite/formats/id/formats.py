"""Indonesian: the hour with two digits, 08.05, as the inbox and the widget show it."""

TIME_FORMAT = "H.i"
DATETIME_FORMAT = "j N Y, H.i"
SHORT_DATETIME_FORMAT = "d-m-Y H.i"
