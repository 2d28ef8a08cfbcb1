"""Prints the sizes of the code beside the bounds it was meant to keep. A report, not a gate."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TREE: Final = Path(__file__).parents[2]
ROOTS: Final = ("scanner", "rules", "reports")
MAX_FUNCTION: Final = 30
MAX_FILE: Final = 300

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> None:
    """Print the report."""
    files = sorted(path for root in ROOTS for path in (TREE / root).rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}
    functions = [(path, node, _length(node)) for path in files for node in _functions(trees[path])]
    lengths = [length for _, _, length in functions]
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    blind = [path for path in files for node in ast.walk(trees[path]) if _is_blind(node)]
    _print_sizes("functions", lengths)
    _print_sizes("files", list(sizes.values()))
    print(f"blind except handlers: {len(blind)}")
    for path in blind:
        print(f"  blind: {path.relative_to(TREE)}")
    for path, node, length in functions:
        if length > MAX_FUNCTION:
            place = f"{path.relative_to(TREE)}:{node.lineno} {node.name}"
            print(f"  over {MAX_FUNCTION} lines: {place} ({length})")
    for path, size in sizes.items():
        if size > MAX_FILE:
            print(f"  over {MAX_FILE} lines: {path.relative_to(TREE)} ({size})")


def _print_sizes(what: str, sizes: list[int]) -> None:
    middle = statistics.median(sizes)
    print(f"{what}: {len(sizes)}, median {middle} lines, longest {max(sizes)}")


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _length(node: Function) -> int:
    """Lines of a function from its ``def`` on, signature included."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_blind(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException")


if __name__ == "__main__":
    main()
