"""Membuka pelajaran Jejak Gradien di JupyterLab; pada kali pertama sekaligus memasang semua yang dibutuhkan.

Cukup Python 3.11 atau lebih baru; tidak ada paket yang harus dipasang lebih dulu.
"""

# An older Python must be able to read this file, to be told what it lacks: nothing here is newer than Python 3.6,
# and tools/ is imported only after the check.

import argparse
import signal
import sys
from pathlib import Path
from typing import Any, List  # noqa: UP035

ROOT = Path(__file__).resolve().parent
EPILOGUE = """uji:
  menjalankan semua tes; yang kurang dipasang dulu
  --torch VERSI   dengan torch lain, di lingkungannya sendiri, misalnya: uji --torch 2.14.1
  pilihan lain diteruskan ke pytest, misalnya: uji -k svg

colab:
  menulis salinan semua notebook untuk Colab dan Kaggle ke build/colab
  --versi TAG     memasang paket dari tag atau commit itu

situs:
  membangun situs semua pelajaran di build/situs dan membukanya; tanpa internet
  --zip           juga build/jejak-gradien.zip, untuk dibawa: dibuka tanpa server sesudah diekstrak
  --tanpa-peramban"""


class BadCommand(Exception):
    """Perintah yang tidak dimengerti."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise BadCommand


class Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
        super().add_usage(usage, actions, groups, "Cara pakai: ")


def parse(arguments: List[str]) -> argparse.Namespace:  # noqa: UP006
    parser = Parser(
        description=(__doc__ or "").strip(),
        usage="python mulai.py [pilihan]\n            python mulai.py uji [--torch VERSI] [pilihan pytest]\n"
        "            python mulai.py colab [--versi TAG]\n            python mulai.py situs [--zip] [--tanpa-peramban]",
        epilog=EPILOGUE,
        formatter_class=Help,
        add_help=False,
    )
    options = parser.add_argument_group("pilihan")
    options.add_argument("--help", "-h", action="help", help="menampilkan bantuan ini")
    options.add_argument("--tanpa-peramban", action="store_true", help="mencetak alamatnya; peramban tidak dibuka")
    options.add_argument("--port", type=int, metavar="N", help="nomor port server (biasanya 8888)")
    options.add_argument(
        "--ulang", metavar="NAMA", help="salinan baru sebuah pelajaran atau Latihan, misalnya 05; yang lama disimpan"
    )
    options.add_argument(
        "--menu-indonesia", action="store_true", help="menerjemahkan menu JupyterLab; sebagian tetap berbahasa Inggris"
    )
    return parser.parse_args(arguments)


def start(arguments: List[str]) -> int:  # noqa: UP006
    from tools.colab import start_colab
    from tools.copies import renew, update
    from tools.install import Place, Wish, install
    from tools.pythons import call_again
    from tools.server import choose_port, open_lab, trust
    from tools.site.command import start_site
    from tools.testing import start_tests

    if {"--help", "-h"} & set(arguments):
        parse(["--help"])  # of any command, before it installs something
    place, again = Place(ROOT), call_again(arguments)
    if arguments[:1] == ["uji"]:
        return start_tests(ROOT, arguments[1:], again)
    if arguments[:1] == ["colab"]:
        return start_colab(ROOT, arguments[1:])
    if arguments[:1] == ["situs"]:
        return start_site(ROOT, arguments[1:], again)
    options = parse(arguments)
    port = choose_port(options.port)
    wish = Wish(menu=options.menu_indonesia, again=again)
    install(place, wish)
    news = str(update(ROOT))
    if news:
        print(news)
    first = renew(ROOT, options.ulang) if options.ulang is not None else None
    trust(place)
    open_lab(place, wish, port, browser=not options.tanpa_peramban, first=first)
    return 0


def main(arguments: List[str]) -> int:  # noqa: UP006
    if tuple(sys.version_info[:2]) < (3, 11):
        print("Python ini versi {}.{}; pelajaran ini butuh Python 3.11 atau lebih baru.".format(*sys.version_info[:2]))
        print("Pasang dari python.org, lalu jalankan dengan Python itu, misalnya: python3.13 mulai.py")
        print("Di Windows: py -3.13 mulai.py")
        return 1
    from tools.problems import Problem, explain_file
    from tools.pythons import call_again

    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):  # a closed window ends pip and JupyterLab as Ctrl+C does
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) != signal.SIG_IGN:
            signal.signal(getattr(signal, name), signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old Windows console knows few letters
    try:
        return start(arguments)
    except Problem as problem:
        print("\n" + str(problem), file=sys.stderr)
    except OSError as problem:
        print("\n" + str(explain_file(problem, ROOT, call_again(arguments))), file=sys.stderr)
    except BadCommand:
        print("Perintah ini tidak dimengerti: " + " ".join(arguments), file=sys.stderr)
        print("Semua pilihan ditampilkan oleh: python mulai.py --help", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nDihentikan. Jalankan lagi kapan saja; yang sudah terpasang tidak diulang.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
