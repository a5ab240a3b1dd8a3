"""What docs/threats.md says is shown by a test: that test is there, under this name."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_threat_names_its_tests() -> None:
    page = (ROOT / "docs/threats.md").read_text(encoding="utf-8")
    threats, rest = page.split("\n## Limits\n")
    rows = [row for row in threats.splitlines() if row.startswith("| ") and "shown by" not in row]
    assert len(rows) >= 25
    for row in rows:
        shown = re.findall(r"\[([^]]+)\]\(\.\./([^)]+)\)", row.rsplit(" | ", 1)[1])
        assert shown, row
        for name, path in shown:
            text = (ROOT / path).read_text(encoding="utf-8")
            assert name in text or Path(path).stem == name, (name, path)
    codes = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z]+\.[a-z_]+)`", rest.split("\n## What")[0])
    assert named
    assert [code for code in named if f"`{code}`" not in codes] == []
