"""The contract of a rule's source: what it imports and calls, read without running it."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stampcheck.model import Rule

_OURS: Final = frozenset(("stampcheck.facts", "stampcheck.model"))
_IMPURE: Final = frozenset(
    """
    asyncio builtins cgi code codeop concurrent ctypes curses dbm faulthandler fcntl fileinput
    ftplib gc getpass glob gzip http imaplib importlib inspect io linecache locale logging lzma
    mailbox mmap multiprocessing nntplib os pathlib pdb pickle pkgutil platform poplib pty queue
    random readline resource runpy sched secrets select selectors shelve shutil signal site smtplib
    socket socketserver sqlite3 ssl subprocess sys syslog tarfile tempfile termios threading time
    timeit tkinter tty urllib venv webbrowser weakref winreg wsgiref xmlrpc zipfile zipimport
    """.split()  # noqa: SIM905 (a list would take a hundred lines)
)
_CALLS: Final = frozenset(
    ("open", "input", "print", "eval", "exec", "compile", "breakpoint", "__import__", "globals")
)
_CLOCKS: Final = frozenset(("now", "utcnow", "today"))
_PRIVATE: Final = frozenset(("facts", "reads", "relied"))


def source_breaches(rule: Rule) -> Iterator[str]:
    """What the source of a rule, and of modules of its own package, may not hold."""
    package = rule.module.partition(".")[0]
    waiting, seen = [rule.module], {rule.module}
    while waiting:
        name = waiting.pop()
        tree = tree_of(name)
        if tree is None:
            yield f"the source of {name} cannot be read"
            continue
        where = "" if name == rule.module else f" (in {name})"
        imported = tuple(dict.fromkeys(_imported(tree, name)))
        yield from (breach + where for breach in _forbidden(tree, imported, package))
        own = [one for one in imported if one.partition(".")[0] == package]
        waiting += [one for one in own if one not in seen and tree_of(one) is not None]
        seen.update(own)


def tree_of(module: str) -> ast.Module | None:
    """The source of a module, read without running it; nothing where there is none."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        return None
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _forbidden(tree: ast.Module, imported: tuple[str, ...], package: str) -> Iterator[str]:
    for name in imported:
        why = _why_not(name, package)
        if why:
            yield f"imports {name}{why}"
    for node in ast.walk(tree):
        yield from _impure(node)


def _why_not(name: str, package: str) -> str:
    top = name.partition(".")[0]
    if top == "stampcheck":
        return "" if name in _OURS else "; only stampcheck.model and stampcheck.facts are allowed"
    if top == package:
        return ""
    if top not in sys.stdlib_module_names:
        return ", which is not of the standard library"
    return ", which is not pure" if top in _IMPURE else ""


def _imported(tree: ast.Module, module: str) -> Iterator[str]:
    """Absolute names; of a package that may hold modules, each imported word too."""
    parent, top = module.rpartition(".")[0], module.partition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            name = importlib.util.resolve_name(name, parent) if node.level else name
            if name != "stampcheck":
                yield name
            if name == "stampcheck" or name.partition(".")[0] == top:
                yield from (f"{name}.{alias.name}" for alias in node.names)


def _impure(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Global):
        yield f"keeps state in {', '.join(node.names)} (global)"
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Name) and called.id in _CALLS:
        yield f"calls {called.id}()"
    if isinstance(called, ast.Attribute) and called.attr in _CLOCKS:
        yield f"reads the clock with {called.attr}(); the date is the fact AS_OF"
    if isinstance(node, ast.Attribute) and node.attr in _PRIVATE:
        yield f"looks into .{node.attr}; read with stamp[FACT], witness() or first()"
