"""Kartu dokter di laporan pytest: `-p autograd_viz.doctor.pytest_plugin`, atau `pytest_plugins` di conftest.py."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from autograd_viz.doctor.hooks import card_of


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, Any]:
    """Menambahkan kartu ke laporan tes yang gagal karena galat autograd."""
    report = yield
    if call.excinfo is not None and report.failed:
        card = card_of(call.excinfo.value)
        if card is not None:
            report.sections.append(("dokter autograd", card.text))
    return report
