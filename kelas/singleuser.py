"""JupyterHub's own program for the server of one learner, without what only the hub needs.

`jupyterhub.singleuser` imports the hub's database and its pages along with two helpers, and uses neither: 31 MB of
every learner's server. While it is imported, the few names that it takes from them are stood in for.
"""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType

# Classes that only an `except` or an `isinstance` of the hub asks for, and modules that only the hub looks into.
ONLY_OF_THE_HUB: Mapping[str, tuple[str, ...]] = {
    "sqlalchemy": ("func",),
    "sqlalchemy.exc": ("SQLAlchemyError",),
    "jupyterhub.orm": (),
    "jupyterhub.handlers": (),
    "jupyterhub.handlers.pages": ("HealthCheckHandler",),
}


def stand_in(module: str, names: tuple[str, ...]) -> ModuleType:
    """A module that has these names and no others: anything else that is asked of it is an error that names both."""
    found = ModuleType(module)
    for name in names:
        setattr(found, name, type(name, (Exception,), {"__module__": module}))
    return found


@contextlib.contextmanager
def without(modules: Mapping[str, tuple[str, ...]]) -> Iterator[None]:
    """Stand in for modules that were not imported yet; whoever imports them afterwards gets the real ones."""
    placed = {name: stand_in(name, names) for name, names in modules.items() if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name in placed:
            del sys.modules[name]


def main() -> None:
    # jsonschema's optional check of IRI formats, which no schema of JupyterLab has, costs a second of every start.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    with without(ONLY_OF_THE_HUB):
        from jupyterhub.singleuser import main as serve
    sys.exit(serve())


if __name__ == "__main__":
    main()
