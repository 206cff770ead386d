"""What can go wrong while setting up, and what the learner is told about it."""

import re
from pathlib import Path

NEEDED_GB = 3

NO_NETWORK = (
    "Gudang paket Python tidak terjangkau: sambungan internet putus atau terhalang.\n"
    "Periksa sambungan itu, lalu jalankan lagi: {again}\n"
    "Yang sudah terunduh tidak diunduh ulang."
)

# What pip or venv says, and what the learner reads. Order matters: the first match counts.
EXPLANATIONS = (
    (
        r"No space left on device|Errno 28\b|WinError 112\b|There is not enough space",
        "Ruang disk habis di tengah pemasangan.\nKosongkan sekitar {gb} GB, lalu jalankan lagi: {again}",
    ),
    (
        r"ensurepip is not|No module named '?(venv|ensurepip|pip)\b|python3[.0-9]*-venv",
        "Python ini datang tanpa modul venv, jadi folder .venv tidak bisa dibuat.\n"
        "Di Debian dan Ubuntu: sudo apt install python3-venv\n"
        "Di sistem lain: pasang Python dari python.org. Lalu jalankan lagi: {again}",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "Sambungan aman ke gudang paket Python ditolak; biasanya karena aturan jaringan kantor atau kampus.\n"
        "Coba jaringan lain, atau tanyakan kepada pengelola jaringan. Lalu jalankan lagi: {again}",
    ),
    (
        r"NewConnectionError|ConnectTimeout|ReadTimeout|Read timed out|Max retries exceeded|name resolution|"
        r"NameResolution|getaddrinfo failed|Network is unreachable|Connection refused|ConnectionReset|"
        r"Connection broken|ProxyError",
        NO_NETWORK,
    ),
    (
        r"Permission denied|Access is denied|Errno 13\b|Errno 30\b|WinError 5\b|Read-only file system",
        "Folder ini tidak boleh ditulisi: {root}\n"
        "Pindahkan folder proyek ke tempat milik Anda (misalnya Documents), lalu jalankan lagi: {again}",
    ),
    (
        r"(No matching distribution found for|satisfies the requirement) torch\b",
        "torch 2.13.0 tidak tersedia untuk komputer ini.\n"
        "Yang didukung: Python 3.11 sampai 3.14 (64-bit) di Linux, Windows, atau macOS 14 ke atas dengan cip Apple.\n"
        "Jalankan dengan Python yang sesuai, atau di komputer lain.",
    ),
    (r"\(from versions: none\)", NO_NETWORK),
)


class Problem(Exception):
    """What happened, why, and the next step, ready to be read by the learner."""


def explain(output: str, root: Path, again: str) -> Problem:
    """Pick the explanation for what pip or venv printed; quote what is unknown."""
    for pattern, message in EXPLANATIONS:
        if re.search(pattern, output):
            return Problem(message.format(gb=NEEDED_GB, again=again, root=root))
    tail = "\n".join("    " + text for text in output.strip().splitlines()[-8:])
    return Problem(
        f"Pemasangan gagal karena hal yang belum dikenal. Baris-baris terakhirnya:\n{tail}\nCoba sekali lagi: {again}"
    )
