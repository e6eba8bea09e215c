"""The app in a browser: who is let in, what a browser is given, and the process of each session."""
