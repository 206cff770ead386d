"""What one learner tries on another, through the hub and from a kernel; each attempt must fail."""

import json

import aiohttp

from kelas.proof.learner import Learner
from kelas.proof.work import LESSON, SECRET

REFUSED = (403, 404)
# Run in the kernel of the one who tries; prints what came through.
ATTEMPTS = """
import glob, os, json
got = {{}}
def attempt(name, do):
    try:
        got[name] = bool(do())
    except (PermissionError, ProcessLookupError):
        got[name] = False
attempt("list the home", lambda: os.listdir({home!r}))
attempt("read a file", lambda: open({home!r} + "/belajar/{secret}").read())
attempt("write a file", lambda: open({home!r} + "/x", "w"))
attempt("read the keys of kernels", lambda: os.listdir({home!r} + "/.kernel"))
attempt("read the hub's folder", lambda: os.listdir({state!r}))
for number in {numbers}:
    attempt(f"read the environment of {{number}}", lambda: open(f"/proc/{{number}}/environ").read())
    attempt(f"send a signal to {{number}}", lambda: os.kill(number, 0) is None)
print(json.dumps(got))
"""


async def leaks(thief: Learner, victim: Learner, kernel: str, numbers: list[int], state: str) -> list[str]:
    """What `thief` could reach of `victim`: empty where nothing.

    `numbers` are processes of the victim, `state` the folder of the hub.
    """
    found = []
    for path in (f"api/contents/{LESSON}", "api/kernels", "api/sessions", "lab"):
        status, _ = await thief.call("GET", path, user=victim.user)
        if status not in REFUSED:
            found.append(f"{path} of another gave {status}")
    try:
        _, sessions = await victim.call("GET", "api/sessions")
        address = f"{victim.user}/api/kernels/{sessions[0]['kernel']['id']}/channels".replace("http", "ws", 1)
        async with thief.http.ws_connect(address):
            found.append("the kernel of another answered")
    except aiohttp.WSServerHandshakeError as refused:
        if refused.status not in REFUSED:
            found.append(f"the kernel of another gave {refused.status}")
    code = ATTEMPTS.format(home=str(victim.account.home), secret=SECRET, state=state, numbers=numbers)
    [result] = await thief.run(kernel, [code])
    if result.error:
        return [*found, f"the attempts stopped: {result.error}"]
    got = json.loads(result.text)
    return found + [name for name, came in got.items() if came]


