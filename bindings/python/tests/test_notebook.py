"""The notebook of the examples runs from its first cell to its last, in an empty kernel."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[3] / "examples/what-if/what_if.ipynb"


def test_the_notebook_runs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(cell.outputs == [] for cell in notebook.cells if cell.cell_type == "code"), "committed without outputs"
    ran = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    outputs = [output for cell in ran.cells if cell.cell_type == "code" for output in cell.outputs]
    texts = [
        output.data.get("text/html", "") + output.data.get("text/plain", "") for output in outputs if "data" in output
    ]
    # 69,659 purchases of 2,500,315.63 at 8 %; each month and affiliate rounded once.
    assert any("13,784.20 USD more (+6.9 %): 10 gain, 30 lose" in text for text in texts)
    assert any("25,003.22 USD less: `sales` pays 7 % instead of 8 %" in text for text in texts)
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 4
