"""`backprop-tui serve` as a command: what it says, and what it refuses. Browsers and sessions are in web/."""

import signal
import subprocess
import sys

import pytest

from backprop_tui import cli
from tests.web.serving import COMMAND, served


def finished(*arguments, code=None, **options):
    command = [sys.executable, "-c", code] if code else [*COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, **options)


def says_one_line(ended, status, *words):
    assert ended.returncode == status and ended.stdout == "", ended
    assert ended.stderr.startswith("backprop-tui: ") and ended.stderr.count("\n") == 1, ended.stderr
    assert len(ended.stderr) <= 201 and all(word in ended.stderr for word in words), ended.stderr


def test_a_port_that_is_taken():
    with served() as server:
        port = server.host.rpartition(":")[2]
        says_one_line(finished("--port", port), 1, "127.0.0.1", port, "Address already in use")


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_this_machine(host):
    says_one_line(finished("--port", "0", "--host", host), 1, host)


@pytest.mark.parametrize("package", ["aiohttp", "textual_serve"])
def test_without_the_extra_it_says_what_to_install(package):
    begin = "from backprop_tui.cli import main\nsys.exit(main(['serve']))"
    code = f"import sys\nsys.modules[{package!r}] = None\n{begin}"
    says_one_line(finished(code=code), 2, "pip install 'backprop-tui[web]'")


WRONG = [
    (["--host", ""], "--host"),
    (["--host", "a b"], "--host"),
    (["--host", "0.0.0.0"], "--url"),
    (["--host", "::"], "--url"),
    (["--host", "0"], "in full"),
    (["--host", "127.1"], "in full"),
    (["--host", "0x7f.0.0.1"], "in full"),
    (["--host", "1:2"], "in full"),
    (["--url", "http://127.1:8000"], "in full"),
    (["--host", "::ffff:0.0.0.0"], "--url"),
    (["--port", "65536"], "--port"),
    (["--port", "http"], "--port"),
    (["--url", "ftp://class.example.org"], "--url"),
    (["--url", "https://class.example.org/path"], "--url"),
    (["--url", "\x1b[31mred"], "--url"),
    (["--browsers", "0"], "--browsers"),
    (["--sessions", "0"], "--sessions"),
    (["--sessions", "many"], "--sessions"),
    (["--hidden", "-1"], "--hidden"),
    (["--theme", "pink"], "--theme"),
    (["--data", "nowhere.csv"], "nowhere.csv"),
    (["--lessons", "nowhere.toml"], "nowhere.toml"),
    (["--speed", "3001"], "--speed"),
]


@pytest.mark.parametrize(("arguments", "word"), WRONG)
def test_what_cannot_be_is_told_before_anything_is_served(capsys, arguments, word):
    assert cli.main(["serve", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert output == "" and errors.count("\n") == 1 and len(errors) <= 201
    assert errors.startswith("backprop-tui: ") and word in errors and errors.rstrip("\n").isprintable()


def test_on_this_machine_alone_there_is_no_warning():
    with served() as server:
        assert server.said == "lets one browser in, once; sessions at once: 10 at most; ctrl+c ends it."
        assert server.end(signal.SIGINT) == (130, "")


ELSE = [
    ("::ffff:127.0.0.1", "127.0.0.1"),
    ("LocalHost", "localhost"),
]


@pytest.mark.parametrize(("given", "host"), ELSE)
def test_the_address_is_written_as_browsers_write_it(given, host):
    with served("--host", given) as server:
        assert server.host.rpartition(":")[0] == host


def test_the_url_is_written_as_browsers_write_it():
    with served("--url", "HTTP://[0::0:1]:08080/") as server:
        assert server.origin == "http://[::1]:8080"
