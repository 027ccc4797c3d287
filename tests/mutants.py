"""Mutate one module with mutmut's operators and name the mutants that the given tests do not notice; run by hand.

    python tests/mutants.py fiscal_model/arithmetic/debt/portfolio.py tests/test_portfolio.py --sample=60

mutmut itself collects the tests again for every mutant, minutes for a module. Here they are collected once; each mutant is a fork
that runs them until one fails. A sample is drawn with seed 13; names of mutants (`x_pool__mutmut_55`) run these alone.
"""

import ast
import difflib
import importlib.machinery
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import hypothesis
import pytest
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.state import state
from mutmut.utils.format_utils import mangled_name_from_mutant_name

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 2
SLOW = 1.0
"""Tests that take longer, seconds, are left out: what needs them to be seen is alive."""
ALIVE, KILLED = 0, 1


class Mutated(importlib.machinery.SourceFileLoader):
    """Loads one module with all its mutants in it; the environment says which of them runs."""

    def __init__(self, path):
        self.source = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
        super().__init__(".".join(path.relative_to(ROOT).with_suffix("").parts), str(path))

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, origin=self.path) if name == self.name else None

    def get_code(self, name):
        return compile(self.source.code, self.path, "exec")


class Hunt:
    """A pytest plugin that runs the collected tests once as they are and once for every mutant."""

    def __init__(self, module, mutants):
        self.module, self.mutants, self.alive, self.child = module, mutants, [], False

    def pytest_runtest_logreport(self, report):
        if report.failed and self.child:
            os._exit(KILLED)

    def pytest_runtestloop(self, session):
        with tempfile.TemporaryFile("w+") as told:
            if os.waitstatus_to_exitcode(os.waitpid(self._fork(session.items, "stats", 600, told), 0)[1]) != ALIVE:
                raise pytest.UsageError("the tests fail without any mutant")
            told.seek(0)
            clean = [(float(took), set(calls.split())) for took, _, calls in (line.partition(" ") for line in told)]
        known = [(*one, item) for one, item in zip(clean, session.items, strict=True) if one[0] < SLOW]
        limit = 10 + 5 * int(sum(took for took, _, _ in known))
        waiting, running = list(self.mutants), {}
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                name = f"{self.module}.{waiting.pop()}"
                called = mangled_name_from_mutant_name(name)
                # First those that call the function, the quick ones before; a plan that is shared hides callers.
                order = sorted(known, key=lambda one: (called not in one[1], one[0]))
                running[self._fork([item for _, _, item in order], name, limit)] = name
            child, status = os.wait()
            if os.waitstatus_to_exitcode(status) == ALIVE:
                self.alive.append(running[child].rpartition(".")[2])
            del running[child]
        return True

    def _fork(self, items, mutant, limit, told=None):
        sys.stdout.flush()
        child = os.fork()
        if child:
            return child
        self.child = True
        os.environ["MUTANT_UNDER_TEST"] = mutant
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1), os.dup2(silent, 2)
        for item, following in zip(items, [*items[1:], None], strict=True):
            begun = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if told:
                print(time.process_time() - begun, *state()._stats, file=told, flush=True)
                state()._stats.clear()
        os._exit(ALIVE)


def differences(source, names):
    """Yield the changed lines of mutants."""
    functions = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
    lines = source.splitlines()

    def text(name):
        return lines[functions[name].lineno : functions[name].end_lineno]

    for name in names:
        changed = difflib.unified_diff(text(name.rpartition("_")[0] + "_orig"), text(name), n=0, lineterm="")
        yield name, [line for line in changed if not line.startswith(("---", "+++", "@@"))]


def main(path, *given):
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    hypothesis.settings.register_profile("mutants", deadline=None, derandomize=True, database=None)
    hypothesis.settings.load_profile("mutants")
    tests = [one for one in given if one.startswith("tests")]
    part = next((int(one.partition("=")[2]) for one in given if one.startswith("--sample=")), None)
    named = [one for one in given if one.startswith("x")]
    loader = Mutated((ROOT / path).resolve())
    sys.meta_path.insert(0, loader)
    names = list(loader.source.mutant_names)
    some = named or (names if part is None else random.Random(13).sample(names, min(part, len(names))))
    hunt = Hunt(loader.name, some)
    usual = ["-q", "-s", "--tb=no", "--disable-warnings", "-p", "no:cacheprovider", "-m"]
    if pytest.main([*usual, "not slow and not browser", *tests], plugins=[hunt]) != pytest.ExitCode.OK:
        sys.exit("the tests do not run")
    for name, changed in differences(loader.source.code, sorted(hunt.alive, key=names.index)):
        print(f"\n{name}", *changed, sep="\n")
    alive = len(hunt.alive)
    print(f"\n{path}: {len(some)} of {len(names)} mutants, {len(some) - alive} killed, {alive} alive")


if __name__ == "__main__":
    main(*sys.argv[1:])
