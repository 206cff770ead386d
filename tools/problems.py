"""What can go wrong while setting up, and what the learner is told about it."""

import re
from collections.abc import Sequence
from pathlib import Path

NEEDED_GB = 3

Explanations = tuple[tuple[str, str], ...]

UNREACHABLE = (
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Read timed out|Max retries exceeded|name resolution|"
    r"NameResolution|getaddrinfo failed|Network is unreachable|Connection refused|ConnectionReset|"
    r"Connection broken|ProxyError"
)
NO_NETWORK = (
    "Gudang paket Python tidak terjangkau: sambungan internet putus atau terhalang.\n"
    "Periksa sambungan itu, lalu jalankan lagi: {again}\n"
    "Yang sudah terunduh tidak diunduh ulang."
)

NO_LIBRARY = r"WinError (126|1114)\b|DLL load failed|Error loading .*\.dll"  # no new installation mends that

# What pip or venv says, and what the learner reads. Order matters: the first match counts.
EXPLANATIONS: Explanations = (
    (
        r"No space left on device|Errno 28\b|WinError 112\b|There is not enough space",
        "Ruang disk habis di tengah pemasangan.\nKosongkan sekitar {gb} GB, lalu jalankan lagi: {again}",
    ),
    (
        NO_LIBRARY,
        "torch sudah terpasang, tetapi Windows tidak punya pustaka yang dipakainya (Microsoft Visual C++).\n"
        "Pasang dari https://aka.ms/vs/17/release/vc_redist.x64.exe, lalu jalankan lagi: {again}",
    ),
    (
        r"WinError 206\b|Long Path support|[Ff]ile ?name or extension is too long|File name too long|Errno 36\b",
        "Nama folder ini terlalu panjang untuk berkas-berkas yang dipasang: {root}\n"
        "Pindahkan folder kursus ke tempat yang pendek (di Windows misalnya C:\\jejak-gradien), lalu jalankan lagi: "
        "{again}",
    ),
    (
        r"UnicodeEncodeError: '(charmap|mbcs|cp\d+|ascii|latin-1)'|codec can't encode character",
        "Nama folder ini memuat huruf yang tidak dikenal sistem Anda: {root}\n"
        "Pindahkan folder kursus ke tempat yang namanya berhuruf biasa (di Windows misalnya C:\\jejak-gradien), lalu "
        "jalankan lagi: {again}",
    ),
    (
        r"(Operation not (permitted|supported)|Errno (1|45|95)\b).*lib64|WinError 1314\b",
        "Disk tempat folder ini berada tidak mengenal tautan simbolis, misalnya flashdisk berformat FAT: {root}\n"
        "Pindahkan folder kursus ke disk komputer ini, lalu jalankan lagi: {again}",
    ),
    (
        r"WinError 32\b|being used by another process|WinError 5\b.*(site-packages|Scripts)",
        "Sebuah berkas di folder .venv sedang dipakai program lain: JupyterLab yang masih berjalan, OneDrive, atau "
        "antivirus.\nTutup program itu, lalu jalankan lagi: {again}",
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
    (UNREACHABLE, NO_NETWORK),
    (
        r"Permission denied|Access is denied|Operation not permitted|Errno (1|13|30)\b|WinError 5\b|"
        r"Read-only file system",
        "Folder ini tidak boleh ditulisi: {root}\n"
        "Pindahkan folder kursus ke tempat milik Anda, misalnya folder rumah Anda (di Windows C:\\jejak-gradien), lalu "
        "jalankan lagi: {again}",
    ),
    (
        r"(No matching distribution found for|satisfies the requirement) torch\b",
        "torch tidak tersedia untuk komputer ini.\n"
        "Yang didukung: Python 3.11 sampai 3.14 (64-bit) di Linux, Windows, atau macOS 14 ke atas dengan cip Apple.\n"
        "Jalankan dengan Python yang sesuai, atau di komputer lain.",
    ),
    (r"\(from versions: none\)", NO_NETWORK),
)

# The same for apt-get, and for Playwright that calls it.
PACKAGES: Explanations = (
    (
        r"No space left on device|don't have enough free space",
        "Ruang disk habis. Kosongkan beberapa ratus MB, lalu jalankan lagi: {again}",
    ),
    (
        r"Could not get lock|dpkg frontend lock|is another process using it",
        "Program lain sedang memasang paket sistem, biasanya pembaruan otomatis.\n"
        "Tunggu beberapa menit, lalu jalankan lagi: {again}",
    ),
    (
        r"dpkg was interrupted",
        "Pemasangan paket sistem pernah terputus.\nSelesaikan dulu: sudo dpkg --configure -a\n"
        "Lalu jalankan lagi: {again}",
    ),
    (
        r"unmet dependencies|held broken packages",
        "Paket sistem di komputer ini saling bentrok.\nPerbaiki dulu: sudo apt --fix-broken install\n"
        "Lalu jalankan lagi: {again}",
    ),
    (
        r"emporary failure resolving|Could not resolve|Could not connect|Unable to connect|Connection timed out|"
        r"Connection failed|Network is unreachable|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT",
        "Gudang paket sistem tidak terjangkau: sambungan internet putus atau terhalang.\n"
        "Periksa sambungan itu, lalu jalankan lagi: {again}",
    ),
    (
        r"Unable to locate package|no installation candidate",
        "Gudang paket yang terdaftar di komputer ini tidak memuatnya.\n"
        "Lengkapi /etc/apt/sources.list (di Ubuntu: bagian universe), lalu jalankan lagi: {again}",
    ),
    (
        r"Permission denied|Read-only file system|are you root",
        "Sistem ini tidak mengizinkan pemasangan paket.\nMintalah kepada pengelolanya, lalu jalankan lagi: {again}",
    ),
)


class Problem(Exception):
    """What happened, why, and the next step, ready to be read by the learner."""


def explain(output: str, root: Path, again: str, gb: int = NEEDED_GB) -> Problem:
    """Pick the explanation for what pip or venv printed; quote what is unknown."""
    known = pick(EXPLANATIONS, output, gb=gb, again=again, root=root)
    return Problem(
        known
        or f"Pemasangan gagal karena hal yang belum dikenal. Baris-baris terakhirnya:\n{quote(output)}\n"
        f"Coba sekali lagi: {again}"
    )


def explain_file(error: OSError, root: Path, again: str) -> Problem:
    """What to say of a file that could not be read or written."""
    known = pick(EXPLANATIONS, str(error), gb=NEEDED_GB, again=again, root=root)
    what = f"{error.filename or '(tanpa nama)'} ({error.strerror or error})"
    return Problem(
        f"{known}\nBerkasnya: {what}"
        if known
        else f"Berkas ini tidak bisa dibaca atau ditulis: {what}\n"
        f"Tutup program yang membukanya, lalu jalankan lagi: {again}"
    )


def explain_packages(output: str, programs: Sequence[str], again: str) -> str:
    """Why these programs did not come, for what apt-get or Playwright printed."""
    known = pick(PACKAGES, output, again=again)
    reason = known or f"Sebabnya belum dikenal. Baris-baris terakhirnya:\n{quote(output)}\nCoba sekali lagi: {again}"
    return f"Tidak berhasil dipasang: {', '.join(programs)}.\n{reason}"


def pick(table: Explanations, output: str, **facts: object) -> str | None:
    """The message of the first pattern that the output has."""
    return next((message.format(**facts) for pattern, message in table if re.search(pattern, output)), None)


def quote(output: str) -> str:
    return "\n".join("    " + text for text in output.strip().splitlines()[-8:])
