"""What an operator does for a whole school: its roster from a file, and the term's figures."""
