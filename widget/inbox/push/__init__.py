"""Web push to the phones of the people who answer: own keys, own encryption, no relay in between; and what makes the admin installable."""
