"""The configuration of the class, with what loopback asks for: free ports, plain processes, a folder of its own."""

import os
from pathlib import Path

c = get_config()  # noqa: F821  # JupyterHub gives this name to the file it reads
load_subconfig(str(Path(__file__).resolve().parents[1] / "jupyterhub_config.py"))  # noqa: F821

c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.JupyterHub.cleanup_servers = True
c.Spawner.poll_interval = 2  # the proof waits for a server that died
c.JupyterHub.log_level = "WARN"
# The course lies in another environment than the hub's; a class has one for both.
COURSE = Path(os.environ["KELAS_KURSUS"])
c.Spawner.environment |= {
    "JUPYTERLAB_DIR": str(COURSE / "share" / "jupyter" / "lab"),
    "JUPYTER_CONFIG_PATH": f"{c.Spawner.environment['JUPYTER_CONFIG_PATH']}:{COURSE / 'etc' / 'jupyter'}",
}
