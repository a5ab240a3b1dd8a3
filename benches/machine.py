"""Says on what machine and with which versions something was measured.

It must never know what was measured.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path


def about() -> str:
    """Cores, memory and versions in one line."""
    return "; ".join(filter(None, [_hardware(), f"Python {platform.python_version()}", _packages(), _node()]))


def _hardware() -> str:
    parts = [f"{os.cpu_count()} cores"]
    cpu, memory = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpu.is_file():
        models = [
            line.split(":", 1)[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")
        ]
        parts += models[:1]
    if memory.is_file():
        parts.append(f"{int(memory.read_text().split()[1]) / 1024**2:.0f} GiB")
    return ", ".join(parts)


def _packages() -> str:
    pins = (Path(__file__).parent / "requirements.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split("==")[0] for line in pins if "==" in line]
    found = []
    for name in ["affil", *names]:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(found)


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        return ""
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"Node {version.removeprefix('v')}"
