"""The names that can be typed for a problem and a theme, by option, without loading NumPy or Textual.

A test holds them to be those of the tables they stand for, in their order.
"""

from collections.abc import Mapping

PROBLEMS = """
    xor parity-2 parity-3 parity-4 parity-5 symmetry encoder-4-2-4 encoder-8-3-8 circles
    moons spirals false and x1-and-not-x2 x1 not-x1-and-x2 x2 or nor xnor not-x2
    x1-or-not-x2 not-x1 not-x1-or-x2 nand true
"""
THEMES = """
    backprop textual-dark textual-light nord gruvbox catppuccin-mocha dracula tokyo-night
    monokai flexoki catppuccin-latte catppuccin-frappe catppuccin-macchiato solarized-light
    solarized-dark rose-pine rose-pine-moon rose-pine-dawn atom-one-dark atom-one-light
    ansi-dark ansi-light
"""
NAMES: Mapping[str, tuple[str, ...]] = {"--problem": (*PROBLEMS.split(),), "--theme": (*THEMES.split(),)}
