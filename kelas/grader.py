"""The account under which handed-in code runs."""

import os

USER = os.environ.get("KELAS_PENILAI", "jejak-nilai")
