"""The app: a Textual front end over core."""
