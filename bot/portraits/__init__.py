"""Profile pictures: looked at politely, those of protected people kept up to date, a poster's compared with them."""
