"""The app's own colours, all of them among a terminal's 256.

Blue, orange and yellow are left to the values; the curve and the state are violet, what is right green.
"""

from textual.theme import Theme

THEME = Theme(
    name="backprop",
    primary="#af87ff",
    secondary="#87afff",
    success="#5fd787",
    warning="#ffd75f",
    error="#ff875f",
    accent="#af87ff",
    foreground="#e4e4e4",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    dark=True,
)
