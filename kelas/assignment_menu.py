"""A server extension: nbgrader's menu for learners, loaded when it is opened for the first time.

nbgrader brings SQLAlchemy and nbconvert: 31 MB of a server, which a learner without a graded assignment never needs.
"""

from importlib import import_module
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import RequestHandler

from kelas import validation

EXTENSIONS = ("nbgrader.server_extensions.assignment_list", "nbgrader.server_extensions.validate_assignment")
ADDRESSES = ("assignments", "courses", "nbgrader_version")  # the first part of every address that they answer


class FirstUse(Matcher):
    """Matches no request; at the first one for nbgrader it adds nbgrader's own rules, which stand further down."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.base: str = server.web_app.settings["base_url"]
        self.loaded = False

    def match(self, request: HTTPServerRequest) -> None:
        first = request.path.removeprefix(self.base).partition("/")[0]
        if not self.loaded and first in ADDRESSES:
            self.loaded = True
            for name in EXTENSIONS:
                import_module(name).load_jupyter_server_extension(self.server)
            validation.install()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    server.web_app.add_handlers(".*$", [(FirstUse(server), RequestHandler)])
