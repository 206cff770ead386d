"""What a dishonest submission tries while it is graded, as code of a learner."""

# Stops with an error, so that the answer after it is not defined, if anything that must fail does not.
ATTACK = """
import os, socket, subprocess
came = []

def attempt(name, do):
    try:
        if do():
            came.append(name)
    except Exception:
        pass

for path in {paths}:
    attempt("saw " + path, lambda: os.path.isdir(path) and os.listdir(path))
    attempt("wrote to " + path, lambda: open(path + "/x", "w"))
attempt("read a solution", lambda: __import__("jejak.tasks.dua_jalan", fromlist=["x"]).right)
attempt("saw the grader", lambda: os.kill({parent}, 0) is None)
attempt("saw the grader's memory", lambda: open("/proc/{parent}/mem"))
attempt("is the grader's user", lambda: os.getuid() == {grader})
attempt("becomes another user", lambda: os.setuid(0) is None)
attempt("mounted", lambda: subprocess.run(["umount", {paths}[0]], capture_output=True).returncode == 0)
attempt("has a network", lambda: [name for _, name in socket.if_nameindex() if name != "lo"])
attempt("saw other processes", lambda: len([p for p in os.listdir("/proc") if p.isdigit()]) > 3)
if came:
    os._exit(1)
"""
# Everything that decides, replaced where this process has it; and a verdict written by hand.
FORGERY = """
import json, sys, torch
import jejak.examine, jejak.verdict, jejak.judge
jejak.judge.judge = lambda *given: jejak.verdict.Verdict.right("benar")
jejak.examine.examine = lambda *given, **more: jejak.verdict.Verdict.right("benar")
torch.equal = torch.allclose = lambda *given, **more: True
kept = sys.modules["__main__"].answer
sys.modules["__main__"].answer = lambda names, call: {**kept(names, call), "after": [], "status": "benar"}

class Anything(torch.Tensor):
    def __eq__(self, other):
        return True
    def __sub__(self, other):
        return torch.zeros(())

def value_and_gradient(a, b):
    return tuple(torch.zeros_like(a).as_subclass(Anything) for _ in range(3))
"""
