"""Set up on first use, then run: ``python run.py plan data/places/lijiang``, ``python run.py test`` (``--slow``: the slow ones),
``python run.py lab``.

Needs Python 3.11 to 3.13 and nothing else. Installs into ``.venv`` under the versions of ``requirements/constraints.txt``,
through uv where that works and pip otherwise; any other verb goes on to ``fiscal-model``.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = ROOT / "requirements" / "constraints.txt"
TESTS = ["-m", "pytest", "tests", "fiscal_model", "notebooks", "--doctest-modules", "--nbval", "--nbval-current-env"]
TESTS += ["-n", "2", "--dist", "loadfile", "-m"]


def main(arguments: list[str]) -> int:
    """Install what the verb needs, run it, return its exit code."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        print(f"需要 Python 3.11 至 3.13，当前是 {sys.version.split()[0]}。", file=sys.stderr)
        return 3
    verb = arguments[0] if arguments else "--help"
    if not install({"test": "dev", "desk": "desk", "batch": "batch"}.get(verb, "")):
        print("安装失败：请检查网络和磁盘空间后重试。", file=sys.stderr)
        return 3
    slow, others = "--slow" in arguments, [each for each in arguments[1:] if each != "--slow"]
    tests = [*TESTS, "slow" if slow else "not slow", *others]
    command = tests if verb == "test" else ["-m", "fiscal_model", *(arguments or [verb])]
    cwd = ROOT if verb in {"test", "lab", "desk"} else None
    env = {**os.environ, "PYTHONUTF8": "1"}
    if verb == "test":  # what pytest compiles of the tests is kept for later runs
        env.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run([str(PYTHON), *command], cwd=cwd, env=env, check=False).returncode


def install(extra: str) -> bool:
    """Install the package with an extra unless this very set is installed already."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + CONSTRAINTS.read_bytes()).hexdigest()
    stamps = [VENV / f".installed-{name}" for name in ({extra, "dev"})]
    if PYTHON.exists() and any(stamp.is_file() and stamp.read_text() == wanted for stamp in stamps):
        return True
    print("首次运行，正在安装（约一分钟）……", file=sys.stderr, flush=True)
    if not PYTHON.exists() and not run([sys.executable, "-m", "venv", str(VENV)]):
        return False
    # Compiled at once: every later start, of a notebook's kernel too, is seconds shorter.
    run([str(PYTHON), "-m", "compileall", "-q", str(ROOT / "fiscal_model")], quiet=True)
    packages = ["-c", str(CONSTRAINTS), "-e", f"{ROOT}[{extra}]" if extra else str(ROOT)]
    done = install_with_uv(packages) or install_with_pip(packages)
    if done:
        (VENV / f".installed-{extra}").write_text(wanted)
    return done


def install_with_uv(packages: list[str]) -> bool:
    """Install through uv, from the path or put into the environment first; False where that does not work."""
    uv = [found] if (found := shutil.which("uv")) else [str(PYTHON), "-m", "uv"]
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv"]
    ready = found is not None or run(pip, quiet=True)
    return ready and run(
        [*uv, "pip", "install", "-q", "--compile-bytecode", "--python", str(PYTHON), *packages], quiet=True
    )


def install_with_pip(packages: list[str]) -> bool:
    """Install through pip, which an environment made by other tools may lack."""
    if not run([str(PYTHON), "-m", "pip", "--version"], quiet=True):
        run([str(PYTHON), "-m", "ensurepip"], quiet=True)
    return run([str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages])


def run(command: list[str], quiet: bool = False) -> bool:
    """Run a command; its messages go to standard error, or nowhere when another way is left."""
    sink = subprocess.DEVNULL if quiet else sys.stderr
    return subprocess.run(command, stdout=sink, stderr=sink, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
