"""What a dishonest submission tries while it is graded, as code of a learner."""

from typing import NamedTuple

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
# What stands at the head of the forgeries: the module that answers the grader, by either of its names.
MINE = """
import base64, sys, torch
apart = sys.modules["__main__"] if hasattr(sys.modules["__main__"], "Answerer") else sys.modules["kelas.grading.apart"]
"""
# Everything that decides, replaced where this process has it; and a verdict written by hand.
VERDICT = MINE + """
import jejak.examine, jejak.verdict, jejak.judge
jejak.judge.judge = lambda *given: jejak.verdict.Verdict.right("benar")
jejak.examine.examine = lambda *given, **more: jejak.verdict.Verdict.right("benar")
torch.equal = torch.allclose = lambda *given, **more: True
kept = apart.Answerer.answer
apart.Answerer.answer = lambda self, asked: {**kept(self, asked), "changes": [], "status": "benar", "points": 10}

class Anything(torch.Tensor):
    def __eq__(self, other):
        return True
    def __sub__(self, other):
        return torch.zeros(())

def value_and_gradient(a, b):
    return tuple(torch.zeros_like(a).as_subclass(Anything) for _ in range(3))
"""
# Says of every thing it was lent that it is zero or empty now, also of those that the judge computes with.
CHANGES = MINE + """
def zero(look):
    told = dict(look["value"]["tensor"])
    told["data"] = base64.b64encode(bytes(len(base64.b64decode(told["data"])))).decode()
    return {**look, "value": {"tensor": told}, "moved": False, "written": False, "changed": True}

def lies(looks, things):
    looks = enumerate(apart.read_all(things))
    return [[at, [] if isinstance(look, list) else zero(look)] for at, look in looks
            if isinstance(look, list) or isinstance(look, dict) and "memory" in look]

apart.changes = lies
"""
# Says of every graph that the gradient is the weight it was asked for.
GRADIENTS = MINE + """
def back(self, number, gradients, create):
    inputs = self.kept[number].inputs
    return {"gradients": (gradients * len(inputs))[: len(inputs)], "graph": None, "again": [], "written": [None]}

apart.Graphs.back = back

def safe_sqrt(x):
    return torch.where(x > 0, x, torch.ones_like(x)).sqrt() * (x > 0)
"""
# Answers with what no honest process sends: a huge tensor without a byte behind it, and a number for every key.
NOISE = MINE + """
huge = {"tensor": {"size": [2**40], "stride": [0], "dtype": "float32", "data": "AAAAAA==", "needs": False,
                   "grad": None, "parameter": False}}
answers = iter([{"result": huge, "changes": [], "left": [], "random": huge, "calls": [], "work": None}, [], 7, "benar",
                {"changes": [[0, 1]], "result": 1, "random": 0, "left": 0, "calls": 0, "work": 0}] * 200)
apart.Answerer.answer = lambda self, asked: next(answers)

def latih(*given):
    return 0.0
"""


class Forgery(NamedTuple):
    """A submission that lies to the grader, and the most that it may get: what is right in it."""

    latihan: str
    code: str
    most: float = 0.0


FORGERIES = {
    "its own verdict": Forgery("12_dua_jalan", VERDICT),
    "what it changed, for a row": Forgery(
        "13_baris_jacobian", CHANGES + "def jacobian_row(f, x, i):\n    return torch.zeros_like(x)\n"
    ),
    "what it changed, for a product": Forgery(
        "18_hvp", CHANGES + "def hvp(f, x, v):\n    return torch.zeros_like(x)\n"
    ),
    "what it changed, for a penalty": Forgery(
        "04_penalti_gradien",
        CHANGES + "def gradient_penalty(model, x, target=1.0):\n    return target**2 + 0 * x.sum()\n",
    ),
    "gradients": Forgery("21_akar_aman", GRADIENTS, 3.0),
    "noise": Forgery("32_antaran_harian", NOISE),
}
