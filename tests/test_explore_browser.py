"""The exploring screen in a real browser: Chinese menus, a slider moved by keyboard, a number that follows."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from fiscal_model.apps.lab import FIRST_NOTEBOOK, lab_command, lab_environment

ROOT = Path(__file__).resolve().parents[1]
BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1500,1300"
)
WAIT_SECONDS = 120

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        BROWSER is None or DRIVER is None,
        reason="没有浏览器：请安装 chromium 和 chromium-driver（no browser: install chromium and chromedriver）",
    ),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the notebooks and the data, with settings of its own."""
    root, own = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "data", root / "data")
    (root / "notebooks").mkdir()
    shutil.copyfile(ROOT / FIRST_NOTEBOOK, root / FIRST_NOTEBOOK)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *lab_command(root, own / "settings"),
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--IdentityProvider.token=",
    ]
    environment = {
        **lab_environment(),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "IPYTHONDIR": str(own / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    with (own / "lab.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
        try:
            _wait(lambda: _answers(f"http://127.0.0.1:{port}/api/status"), "JupyterLab")
            yield f"http://127.0.0.1:{port}", root
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


@pytest.fixture(scope="module")
def page(lab, tmp_path_factory):
    """The exploring notebook, opened and run."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    address, _ = lab
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        driver.get(f"{address}/lab/tree/{FIRST_NOTEBOOK}?reset")
        _wait(lambda: driver.find_elements(By.CSS_SELECTOR, ".lm-MenuBar-item"), "menu")
        _wait(lambda: driver.find_elements(By.CSS_SELECTOR, ".jp-Notebook .jp-CodeCell"), "notebook")
        _wait(lambda: _kernel_idle(driver), "kernel")
        _menu(driver, ActionChains, "运行", "运行所有单元格")
        _wait(lambda: _text(driver, ".explore-numbers"), "explore screen")
        yield driver
    finally:
        shots = os.environ.get("FISCAL_MODEL_SCREENSHOTS")
        if shots:
            with contextlib.suppress(Exception):
                driver.save_screenshot(str(Path(shots) / "explore.png"))
        driver.quit()


def test_the_menu_is_chinese(page):
    assert _text(page, ".lm-MenuBar").split()[0].startswith("文件")


def test_a_slider_moved_by_keyboard_changes_the_numbers(page):
    before = _text(page, ".explore-table")
    _press(page, "own_revenue_shift", 4)
    _wait(lambda: _text(page, ".explore-table") != before, "the table follows", 10)
    assert "+" in _text(page, ".explore-table")


def test_a_move_is_drawn_soon(page, capsys):
    spent = []
    for _ in range(7):
        before = _picture(page)
        start = time.perf_counter()
        _press(page, "pay_growth", 1)
        _wait(lambda before=before: _picture(page) != before, "the chart follows", 10, pause=0.005)
        spent.append(1000 * (time.perf_counter() - start))
    median = sorted(spent)[len(spent) // 2]
    with capsys.disabled():
        print(f"\nexplore: key to picture, median {median:.0f} ms of {[round(each) for each in spent]}")
    assert median < 2000


def test_the_setting_is_saved_as_a_scenario(page, lab):
    from selenium.webdriver.common.by import By

    from fiscal_model.inputs.scenario import read_scenario

    _, root = lab
    field = page.find_element(By.CSS_SELECTOR, "input[placeholder='给情景起一个名称']")
    field.send_keys("浏览器试算\t")
    page.find_element(By.CSS_SELECTOR, ".explore-save").click()
    path = root / "data" / "scenarios" / "custom" / "浏览器试算.toml"
    _wait(path.exists, "the scenario file", 10)
    _wait(lambda: "已保存" in _text(page, "body"), "the confirmation", 10)
    assert "pay_growth" in read_scenario(path).assumptions


def _answers(address):
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as reply:
        return reply.status == 200
    return False


def _wait(ready, what, seconds=WAIT_SECONDS, pause=0.2):
    from selenium.common.exceptions import StaleElementReferenceException

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(StaleElementReferenceException):
            if ready():
                return
        time.sleep(pause)
    pytest.fail(f"waited {seconds} s for: {what}")


def _text(driver, selector):
    return driver.execute_script(
        "const found = document.querySelector(arguments[0]); return found ? found.innerText : ''", selector
    )


def _picture(driver):
    return driver.execute_script("const i = document.querySelector('img.explore-picture'); return i ? i.src : ''")


def _kernel_idle(driver):
    return driver.find_elements("css selector", ".jp-NotebookPanel-toolbar [data-status='idle']")


def _press(driver, name, times):
    from selenium.webdriver.common.keys import Keys

    handle = driver.find_element("css selector", f".explore-{name} .noUi-handle")
    driver.execute_script("arguments[0].focus()", handle)
    for _ in range(times):
        handle.send_keys(Keys.ARROW_RIGHT)


def _menu(driver, chains, top, entry):
    for label, selector in ((top, ".lm-MenuBar-item"), (entry, ".lm-Menu-item")):
        found = next(item for item in driver.find_elements("css selector", selector) if item.text.startswith(label))
        chains(driver).move_to_element(found).click().perform()
        time.sleep(0.5)
