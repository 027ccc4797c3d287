"""The linters that contributors run, as a test: style of everything, types of the package."""

import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "fiscal_model", "tests", "benchmarks", "run.py"],
        ["ruff", "format", "--check", "fiscal_model", "tests", "benchmarks", "run.py"],
        pytest.param(["mypy"], marks=pytest.mark.slow),
    ],
    ids=" ".join,
)
def test_linters_find_nothing(command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
