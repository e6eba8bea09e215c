import subprocess
import sys


def loaded_after(statement: str) -> set[str]:
    """Top-level packages a fresh interpreter has loaded after the statement."""
    code = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(finished.stdout.splitlines()[-1].split())


def test_core_and_plain_load_no_screen_library():
    import_all = (
        "import pkgutil, importlib, backprop_tui.core as core, backprop_tui.plain\n"
        "for each in pkgutil.iter_modules(core.__path__):\n"
        "    importlib.import_module('backprop_tui.core.' + each.name)"
    )
    loaded = loaded_after(import_all)
    assert "numpy" in loaded
    assert not loaded & {"textual", "rich", "plotext"}


def test_help_loads_neither_numpy_nor_a_screen_library():
    code = "from backprop_tui import cli\ntry:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass"
    assert not loaded_after(code) & {"numpy", "textual", "rich", "plotext"}


def test_the_first_paint_does_not_wait_for_numpy():
    assert not loaded_after("import backprop_tui.ui.app") & {"numpy", "plotext"}
