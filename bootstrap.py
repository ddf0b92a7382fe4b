"""Prepares a machine: the virtual environment, the pinned packages and the system libraries.

usage: python3 bootstrap.py [--tests]

Needs nothing but Python's standard library (this file must be readable for any Python 3, to say what is missing),
does only what is missing, and says nothing when there is nothing to do. What it may not install it names, with the
exact command.
"""

import ctypes.util
import glob
import hashlib
import os
import platform
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed")
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main():
    """Prepare everything; exit code 1 and a sentence when something is missing that the program cannot do without."""
    tests = "--tests" in sys.argv[1:]
    make_environment()
    install_packages("requirements-dev.txt" if tests else "requirements.txt")
    install_libraries(missing_libraries(tests))


def say(text):
    print(text, flush=True)


def fail(text):
    say(text)
    sys.exit(1)


# Python


def make_environment():
    """Create .venv with the newest Python that will do."""
    if os.path.exists(PYTHON) and runs(PYTHON):
        return
    python = find_python()
    say("Creating the virtual environment ...")
    if not can_make_environments(python):
        install_venv(python)
    subprocess.run([python, "-m", "venv", "--clear", VENV], check=True)


def runs(python):
    """Whether this interpreter works and is new enough."""
    code = "import sys; sys.exit(sys.version_info < %r)" % (OLDEST,)
    try:
        return subprocess.run([python, "-c", code], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def find_python():
    names = [sys.executable, "python3"] + ["python3.%d" % minor for minor in range(19, OLDEST[1] - 1, -1)]
    for python in filter(None, map(shutil.which, names)):
        if runs(python):
            return python
    return fail("This needs Python %d.%d or newer; here is %s only." % (OLDEST + (platform.python_version(),)))


def can_make_environments(python):
    """Debian keeps ensurepip, which venv needs, in a package of its own."""
    return subprocess.run([python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL).returncode == 0


def install_venv(python):
    version = subprocess.check_output([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], text=True)
    package = "python%s-venv" % version.strip()
    if not install_system_packages([package]):
        fail("Python's venv module is missing. Install it and try again:\n  " + apt_command([package]))


def install_packages(requirements):
    """Install the pinned packages unless exactly these are installed; the tests' packages include the others."""
    enough = [requirements_digest(name) for name in (requirements, "requirements-dev.txt")]
    if os.path.exists(STAMP) and open(STAMP).read() in enough:
        return
    say("Installing the packages of %s ..." % requirements)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run(command + ["-r", requirements, "-c", "constraints.txt"], cwd=ROOT).returncode:
        fail("The packages could not be installed; what pip said is above.")
    with open(STAMP, "w") as stamp:
        stamp.write(requirements_digest(requirements))


def requirements_digest(name):
    """Tells one state of the requirement files from another."""
    digest = hashlib.sha256(name.encode())
    for each in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        with open(os.path.join(ROOT, each), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


# system libraries


def missing_libraries(tests):
    """What is missing, as (what for, apt package, brew package, whether nothing works without it)."""
    wanted = [
        (has_library("pango-1.0"), "PDF files", "libpango-1.0-0", "pango", True),
        (has_library("pangoft2-1.0"), "PDF files", "libpangoft2-1.0-0", "pango", True),
        (has_library("harfbuzz-subset"), "PDF files", "libharfbuzz-subset0", "harfbuzz", True),
        (has_chinese_font(), "Chinese in PDF files", "fonts-noto-cjk", "font-noto-sans-cjk", False),
    ]
    if tests:
        browser = any(map(shutil.which, BROWSERS)) or bool(glob.glob("/Applications/Google Chrome.app"))
        must = os.environ.get("CI") == "true"
        wanted.append((browser, "the browser tests", "chromium", "chromium", must))
        wanted.append((bool(shutil.which("msgfmt")), "the translation tests", "gettext", "gettext", must))
    return [needed for there, *needed in wanted if not there]


def has_library(name):
    """Whether WeasyPrint will find this library."""
    folders = ("/opt/homebrew/lib", "/usr/local/lib")
    return bool(ctypes.util.find_library(name)) or any(glob.glob("%s/lib%s*" % (f, name)) for f in folders)


def has_chinese_font():
    """Whether fontconfig knows a font with Chinese characters; macOS comes with one."""
    if platform.system() == "Darwin":
        return True
    if not shutil.which("fc-list"):
        return bool(glob.glob("/usr/share/fonts/**/*CJK*", recursive=True))
    return bool(subprocess.run(["fc-list", ":lang=zh", "file"], stdout=subprocess.PIPE).stdout.strip())


def install_libraries(missing):
    """Install what is missing where we may; else name the command and go on, or end when it cannot go on."""
    if not missing:
        return
    brew = platform.system() == "Darwin"
    packages = sorted({needed[2] if brew else needed[1] for needed in missing})
    if install_system_packages(packages):
        return
    purposes = ", ".join(sorted({needed[0] for needed in missing}))
    command = "brew install " + " ".join(packages) if brew else apt_command(packages)
    say("System packages are missing (for %s). Install them with:\n  %s" % (purposes, command))
    if any(needed[3] for needed in missing):
        sys.exit(1)


def install_system_packages(packages):
    """Install with brew, or with apt as root; False when we may not or it did not work."""
    if platform.system() == "Darwin" and shutil.which("brew"):
        commands = [["brew", "install", "--quiet"] + packages]
    elif hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        commands = [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-qq", "-y", "--no-install-recommends"] + packages,
        ]
    else:
        return False
    say("Installing system packages: %s ..." % " ".join(packages))
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive", HOMEBREW_NO_AUTO_UPDATE="1")
    return [run_quietly(command, quiet) for command in commands][-1]


def run_quietly(command, environment):
    """Run a command; show its output only when it fails."""
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        say(done.stdout)
    return done.returncode == 0


def apt_command(packages):
    return "sudo apt-get update && sudo apt-get install -y " + " ".join(packages)


if __name__ == "__main__":
    main()
