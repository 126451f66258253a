"""The Nu HTML checker: vnu-jar from npm, kept in .tools/, where Java and npm are."""

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path

from tests.parts import require

_VERSION = "26.9.27"
_SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"  # of the jar in it
_TOOLS = Path(__file__).resolve().parent.parent / ".tools"


def nu_errors(*pages: str) -> list[str]:
    """What is wrong with each page, one line an error. One call for many pages starts one Java."""
    jar = _jar()
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{number}.html" for number in range(1, len(pages) + 1)]
        for name, page in zip(names, pages, strict=True):
            Path(folder, name).write_text(page, encoding="utf-8")
        words = ["java", "-jar", jar, "--errors-only", "--stdout", "--exit-zero-always", "--format", "json"]
        done = subprocess.run([*words, *names], cwd=folder, capture_output=True, text=True, check=True)
    return [
        f"page {Path(found['url']).stem}, line {found.get('lastLine', '?')}: {found['message']}"
        f" {found.get('extract', '')!r}"
        for found in json.loads(done.stdout)["messages"]
    ]


@cache
def _jar() -> Path:
    require(shutil.which("java"), "there is no java to run the Nu HTML checker with")
    jar = _TOOLS / f"vnu-{_VERSION}.jar"
    if not jar.exists():
        require(shutil.which("npm"), "there is no npm to fetch the Nu HTML checker with")
        _fetch(jar)
    return jar


def _fetch(jar: Path) -> None:
    _TOOLS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_TOOLS) as folder:
        done = subprocess.run(["npm", "pack", f"vnu-jar@{_VERSION}"], cwd=folder, capture_output=True, text=True)
        require(done.returncode == 0, f"npm does not give vnu-jar {_VERSION}: {done.stderr[-300:]}")
        package = next(Path(folder).glob("*.tgz")).read_bytes()
        with tarfile.open(fileobj=io.BytesIO(package)) as archive:
            content = archive.extractfile("package/build/dist/vnu.jar")
            data = content.read() if content else b""
        if hashlib.sha256(data).hexdigest() != _SHA256:
            raise RuntimeError(f"vnu-jar {_VERSION} is not the one these tests know")
        fresh = Path(folder) / jar.name
        fresh.write_bytes(data)
        fresh.rename(jar)
