"""What the door itself has to say: a problem for programs, a page with what to do for whoever reads pages."""

import base64
import hashlib
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import httpx
import pytest

from deploy.places import CADDYFILE
from deploy.ports import LOOPBACK, listen_from, port_of
from deploy.run import caddy

BROWSER: Final = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PART: Final = {"Accept": "text/html", "HX-Request": "true"}
AWAY: Final = {f"FUZHOU_{name}_UPSTREAM": f"{LOOPBACK}:1" for name in ("NEEDS", "IDENTITY")}


class Console(BaseHTTPRequestHandler):
    """Answers with the status that stands at the end of its address, in the language of programs, or a page."""

    def _answer(self) -> None:
        status = int(self.path.rsplit("/", 1)[1])
        kind = "application/problem+json" if status >= 400 else "text/html; charset=utf-8"
        body = json.dumps({"status": status, "detail": "told by the console"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 -- so the library calls them

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture(scope="module")
def console() -> Iterator[str]:
    with ThreadingHTTPServer((LOOPBACK, 0), Console) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"{LOOPBACK}:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def door(console: str) -> Iterator[httpx.Client]:
    """The door alone: a console that answers, and services that are away."""
    with listen_from(9300) as opened:
        environment = {
            "PATH": os.environ["PATH"], "HOME": "/tmp", "FUZHOU_DOOR": f":{port_of(opened)}",
            "FUZHOU_DOOR_BIND": f"fd/{opened.fileno()}", "FUZHOU_CONSOLE_UPSTREAM": console,
            "FUZHOU_DOOR_PATIENCE": "50ms", **AWAY,
        }  # fmt: skip
        words = [caddy(), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
        process = subprocess.Popen(
            words, env=environment, pass_fds=[opened.fileno()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            with httpx.Client(base_url=f"http://{LOOPBACK}:{port_of(opened)}", trust_env=False, timeout=20) as client:
                yield client
        finally:
            process.terminate()
            process.wait()


# What is asked for, what comes of it, and the words that a person reads.
SAID: Final = {
    "unknown": ("GET", "/deskk", 404, "没有这个地址"),
    "unknown, sent": ("POST", "/deskk", 404, "没有这个地址"),
    "away": ("GET", "/identity/v1/authorize", 503, "几秒"),
    "away, sent": ("POST", "/needs/v1/needs", 503, "不会办重"),
    "too much": ("POST", "/desk/413", 413, "减少文字"),
    "odd": ("PUT", "/desk/405", 405, "从首页进入"),
    "busy": ("GET", "/desk/503", 503, "稍后再打开一次"),
    "refused": ("GET", "/desk/429", 429, "没有被接受"),
}


@pytest.mark.parametrize("name", SAID)
def test_who_reads_pages_is_told_in_chinese_what_to_do(door: httpx.Client, name: str) -> None:
    method, path, status, words = SAID[name]
    answer = door.request(method, path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), answer.text
    assert words in answer.text
    assert '<html lang="zh-CN">' in answer.text
    assert 'href="/"' in answer.text
    assert not re.search(r"{[a-z]+[.\[]", answer.text), "a placeholder was left"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", SAID)
def test_programs_are_told_a_problem(door: httpx.Client, name: str) -> None:
    method, path, status, _ = SAID[name]
    answer = door.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


def test_a_part_of_a_page_is_told_as_a_part(door: httpx.Client) -> None:
    answer = door.get("/desk/503", headers=PART)
    assert answer.status_code == 503
    assert answer.text.startswith('<div class="notice refused" role="alert">')
    assert "<html" not in answer.text


def test_what_the_console_itself_draws_comes_through(door: httpx.Client) -> None:
    assert "told by the console" in door.get("/desk/200", headers=BROWSER).text


def test_the_pages_style_is_the_one_that_its_policy_lets_in(door: httpx.Client) -> None:
    answer = door.get("/nowhere", headers=BROWSER)
    style = re.search(r"<style>(.*)</style>", answer.text)
    assert style is not None
    sum_ = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{sum_}'" in answer.headers["content-security-policy"]


def test_who_comes_back_later_is_told_when(door: httpx.Client) -> None:
    for headers in (BROWSER, {}):
        assert door.get("/needs/v1/needs", headers=headers).headers["retry-after"] == "2"
