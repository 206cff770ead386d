"""Learners' processes by fork of one that has loaded torch: hundreds of answers can be graded apart in seconds.

Nothing else differs from `python -m kelas.grading.apart`: each answer has a process and a session of its own.
"""

import contextlib
import os
import socket
import subprocess
import sys

ONE = 8  # bytes of a number


class Forked:
    """What `subprocess.Popen` is for the grader."""

    def __init__(self, server):
        theirs_in, mine_out = os.pipe()
        mine_in, theirs_out = os.pipe()
        self.server = server
        self.pid = server.ask(0, [theirs_in, theirs_out])
        os.close(theirs_in)
        os.close(theirs_out)
        self.stdin, self.stdout = os.fdopen(mine_out, "wb", 0), os.fdopen(mine_in, "rb", 0)

    def wait(self):
        if self.pid in self.server.running:
            self.server.ask(self.pid, [])


class ForkServer:
    """The process that forks, as the tests reach it."""

    def __init__(self):
        self.mine, theirs = socket.socketpair()
        self.running = set()
        self.process = subprocess.Popen([sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()])
        theirs.close()

    def ask(self, number, files):
        """0 with the ends of two pipes starts a process and gives its number; a number waits for that one's end."""
        socket.send_fds(self.mine, [number.to_bytes(ONE, "big")], files)
        got = int.from_bytes(self.mine.recv(ONE, socket.MSG_WAITALL), "big")
        self.running ^= {number or got}
        return got

    def close(self):
        self.mine.close()
        self.process.wait()


def serve(number):
    import torch
    from torch.utils.checkpoint import checkpoint

    from jejak.watch.work import Work
    from kelas.grading import apart

    with Work():  # loads what the first one of these loads
        torch.func.jacrev(torch.sin)(torch.ones(2))
        torch.func.jacfwd(torch.sin)(torch.ones(2))
        checkpoint(torch.sin, torch.ones(2, requires_grad=True), use_reentrant=False).sum().backward()
    torch.optim.SGD([torch.ones(2, requires_grad=True)]).step()
    link = socket.socket(fileno=number)
    while True:
        raw, files, _, _ = socket.recv_fds(link, ONE, 2)
        if not raw:
            return
        asked = int.from_bytes(raw, "big")
        if asked:
            os.waitpid(asked, 0)
            link.sendall(raw)
            continue
        child = os.fork()
        if child == 0:
            os.setsid()
            link.close()
            for at, file in enumerate(files):
                os.dup2(file, at)
                os.close(file)
            with contextlib.suppress(BaseException):
                apart.main()
            os._exit(0)
        for file in files:
            os.close(file)
        link.sendall(child.to_bytes(ONE, "big"))


if __name__ == "__main__":
    serve(int(sys.argv[1]))
