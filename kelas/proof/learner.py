"""One learner as the browser would be: logs in, opens notebooks, runs their cells over the websocket, saves."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from kelas.proof.accounts import Account

CELL = 120.0  # seconds for one cell on a machine where everybody starts at once
READY = 180.0  # seconds for a server
ABSENT = (424, 503)  # what the hub and the proxy answer for a server that does not run


class Refused(Exception):
    """The hub or a server did not do what was asked."""


@dataclass
class Result:
    """What running one cell gave: its texts, and the error that stopped it."""

    texts: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


class Learner:
    """A session of one account with the hub; `base` is the hub's address."""

    def __init__(self, account: Account, base: str) -> None:
        self.account, self.base = account, base
        self.user = f"{base}/user/{account.name}"
        self.http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=READY)
        )

    def token(self, address: str) -> str:
        """The `_xsrf` that belongs to an address."""
        cookies = self.http.cookie_jar.filter_cookies(aiohttp.client.URL(address))
        return cookies["_xsrf"].value

    async def log_in(self, password: str | None = None) -> int:
        """Through the form, as a browser does; gives the status of the last answer."""
        async with self.http.get(f"{self.base}/hub/login") as page:
            await page.read()
        form = {"username": self.account.name, "password": password or self.account.password,
                "_xsrf": self.token(f"{self.base}/hub/")}  # fmt: skip
        async with self.http.post(f"{self.base}/hub/login?next=%2Fhub%2Fhome", data=form) as answer:
            await answer.read()
            return answer.status

    async def start(self) -> float:
        """Ask for the server, wait until its page answers; gives the seconds that took."""
        began, address = time.monotonic(), f"{self.base}/hub/spawn"
        while time.monotonic() - began < READY:
            async with self.http.get(address) as page:
                await page.read()
                if page.status == 200 and page.url.path.startswith(f"/user/{self.account.name}/lab"):
                    return time.monotonic() - began
                # the hub says that no server runs: ask for one again
                address = f"{self.base}/hub/spawn" if page.status in ABSENT else f"{self.user}/lab"
            await asyncio.sleep(0.5)
        raise Refused(f"{self.account.name}: the server did not answer within {READY:.0f} s")

    async def call(self, method: str, path: str, body: Any = None, user: str | None = None) -> tuple[int, Any]:
        """One request to the server of this learner (or of another), as JupyterLab sends it."""
        headers = {"X-XSRFToken": self.token(f"{self.user}/")}
        async with self.http.request(method, f"{user or self.user}/{path}", json=body, headers=headers) as answer:
            raw = await answer.read()
        try:
            return answer.status, json.loads(raw)
        except ValueError:
            return answer.status, raw.decode(errors="replace")

    async def open(self, path: str) -> dict[str, Any]:
        status, model = await self.call("GET", f"api/contents/{path}?content=1")
        if status != 200:
            raise Refused(f"{self.account.name}: {path} gave {status}")
        notebook: dict[str, Any] = model["content"]
        return notebook

    async def save(self, path: str, notebook: dict[str, Any]) -> None:
        body = {"type": "notebook", "format": "json", "content": notebook}
        status, _ = await self.call("PUT", f"api/contents/{path}", body)
        if status not in (200, 201):
            raise Refused(f"{self.account.name}: saving {path} gave {status}")

    async def kernel(self, path: str) -> str:
        """A kernel for a notebook; gives its number."""
        body = {"path": path, "type": "notebook", "name": path, "kernel": {"name": "python3"}}
        status, session = await self.call("POST", "api/sessions", body)
        if status != 201:
            raise Refused(f"{self.account.name}: a kernel for {path} gave {status}")
        return str(session["kernel"]["id"])

    async def run(self, kernel: str, cells: list[str]) -> list[Result]:
        """Run cells one after the other over the websocket; a kernel that does not answer raises TimeoutError."""
        address = f"{self.user}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
        async with self.http.ws_connect(address, max_msg_size=0) as socket:
            return [await asyncio.wait_for(self._run(socket, code), CELL) for code in cells]

    async def _run(self, socket: aiohttp.ClientWebSocketResponse, code: str) -> Result:
        number, result, replied, idle = uuid.uuid4().hex, Result(), False, False
        header = {"msg_id": number, "msg_type": "execute_request", "username": "", "session": number, "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
                   "stop_on_error": False}  # fmt: skip
        await socket.send_json({"header": header, "parent_header": {}, "metadata": {}, "content": content,
                                "channel": "shell", "buffers": []})  # fmt: skip
        while not (replied and idle):
            message = json.loads(await socket.receive_str())
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            replied = replied or kind == "execute_reply"
            idle = idle or (kind == "status" and content["execution_state"] == "idle")
            if kind == "stream":
                result.texts.append(content["text"])
            elif kind in ("display_data", "execute_result"):
                result.texts.append(content["data"].get("text/plain", ""))
            elif kind == "error":
                result.error = f"{content['ename']}: {content['evalue']}"
        return result

    async def close(self) -> None:
        await self.http.close()
