"""Every regular expression of the project, and what each is fed. Run as a program, by tests/test_patterns.py:

    python tests/patterns.py     lists them as JSON, one a line: where, pattern, is_bytes, flags
    python tests/patterns.py SECONDS     reads lines of JSON, pattern, flags, is_bytes and inputs; names each as it
                                         begins; is killed after so many seconds of the processor's time

Found are patterns that stand in a module (also in tables, classes, defaults, closures, converters, validators), and
those written where they are used, by reading the source. One that is put together where it is used cannot be found
either way, and is named as `unknown`.
"""

import ast
import dataclasses
import importlib
import json
import pkgutil
import re
import resource
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGES = ("services", "gateway", "deploy")
FUNCTIONS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer", "template"}
UNDERSTOOD = {"marshmallow", "marshmallow_dataclass", "werkzeug"}
"""Libraries whose objects of ours are looked into: fields, validators, converters."""

STARTS_BY_ITSELF = {"gateway.wsgi", "gateway.gunicorn_conf"}
"""Modules that cannot be imported without starting something; their source is read all the same."""


@dataclasses.dataclass(frozen=True, order=True)
class Found:
    """`pattern` is as written; bytes are decoded as Latin-1."""

    where: str
    pattern: str
    flags: int = 0
    is_bytes: bool = False
    is_known: bool = True


def modules() -> Iterator[str]:
    for package in PACKAGES:
        yield package
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            yield found.name


def source_of(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    file = path.with_suffix(".py")  # beside which there may be a folder of data of the same name
    return file if file.exists() else path / "__init__.py"


def written(module: str, tree: ast.Module) -> Iterator[Found]:
    """Those that stand in the source, as the first argument of a function of `re` or of a validator."""
    names = {"re"}
    functions: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.asname or each.name for each in node.names if each.name in ("re", "regex")}
        elif isinstance(node, ast.ImportFrom) and node.module in ("re", "regex"):
            functions |= {each.asname or each.name: each.name for each in node.names}
    imported = module not in STARTS_BY_ITSELF and not module.endswith("__main__")
    for node, is_top in _calls(tree):
        if (name := _function(node, names, functions)) is None:
            continue
        arguments = [*node.args[:1], *(each.value for each in node.keywords if each.arg in ("pattern", "regex"))]
        first = arguments[0] if arguments else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
            flags = _flags(node, name)
            text = first.value if isinstance(first.value, str) else first.value.decode("latin-1")
            yield Found(module, text, flags, isinstance(first.value, bytes))
        elif not (is_top and imported and name == "compile"):  # what a module compiles as it is imported is found there
            yield Found(module, ast.unparse(node), is_known=False)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in ("$regex", "$regexMatch", "$regexFind", "$where"):
            yield Found(module, f"line {node.lineno}: {node.value}", is_known=False)


def _calls(node: ast.AST, *, is_top: bool = True) -> Iterator[tuple[ast.Call, bool]]:
    for below in ast.iter_child_nodes(node):
        if isinstance(below, ast.Call):
            yield below, is_top
        inside = isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _calls(below, is_top=is_top and not inside)


def _function(node: ast.Call, names: set[str], functions: dict[str, str]) -> str | None:
    called = node.func
    if isinstance(called, ast.Attribute):
        if isinstance(called.value, ast.Name) and called.value.id in names and called.attr in FUNCTIONS:
            return called.attr
        return "Regexp" if called.attr == "Regexp" else None
    if isinstance(called, ast.Name):
        name = functions.get(called.id, "Regexp" if called.id == "Regexp" else None)
        return name if name in FUNCTIONS or name == "Regexp" else None
    return None


def _flags(node: ast.Call, name: str) -> int:
    given = [each.value for each in node.keywords if each.arg == "flags"]
    given += node.args[1:2] if name == "compile" else node.args[2:3] if name in ("match", "fullmatch", "search") else []
    flags = 0
    for expression in given:
        for part in ast.walk(expression):
            if isinstance(part, ast.Attribute):
                flags |= int(getattr(re, part.attr))
    return flags


def standing(module: types.ModuleType) -> Iterator[Found]:
    """Those that a module holds, however deep."""
    seen: set[int] = set()
    todo: list[tuple[str, Any]] = [(module.__name__, each) for each in vars(module).values()]
    while todo:
        where, value = todo.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, re.Pattern):
            is_bytes = isinstance(value.pattern, bytes)
            text = value.pattern.decode("latin-1") if is_bytes else value.pattern
            yield Found(where, text, value.flags & ~re.UNICODE, is_bytes)
        elif isinstance(value, type) and _is_ours(value.__module__):
            where = value.__module__
            if isinstance(regex := vars(value).get("regex"), str):
                yield Found(where, regex)
            todo += [(where, each) for each in vars(value).values()]
        elif isinstance(value, types.FunctionType) and _is_ours(value.__module__):
            cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
            kept = [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values(), *cells]
            todo += [(value.__module__, each) for each in [*kept, *vars(value).values()]]
        elif isinstance(value, dict | types.MappingProxyType):
            todo += [(where, each) for pair in value.items() for each in pair]
        elif isinstance(value, list | tuple | set | frozenset):
            todo += [(where, each) for each in value]
        elif isinstance(value, dataclasses.Field):
            todo += [(where, each) for each in (value.default, value.default_factory, value.metadata)]
        elif isinstance(value, property | staticmethod | classmethod):
            todo += [(where, getattr(value, name, None)) for name in ("fget", "fset", "__func__")]
        elif _is_ours(type(value).__module__) or _is_understood(type(value).__module__):
            todo += [(where, each) for each in _attributes(value).values()]


def _is_ours(module: str | None) -> bool:
    return (module or "").partition(".")[0] in PACKAGES


def _is_understood(module: str | None) -> bool:
    return (module or "").partition(".")[0] in UNDERSTOOD


def _is_filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _attributes(value: Any) -> dict[str, Any]:
    if type(value).__module__ == "werkzeug.local":
        return {}  # stands for something of a request
    kept = dict(getattr(value, "__dict__", {}))
    slots = [name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ())]
    return kept | {name: getattr(value, name, None) for name in slots if name != "__dict__"}


def collect() -> list[Found]:
    """All of them, each once, with the module that it is written in where that can be told."""
    in_source: list[Found] = []
    in_modules: list[Found] = []
    for name in modules():
        in_source += written(name, ast.parse(source_of(name).read_bytes()))
        if name not in STARTS_BY_ITSELF and not name.endswith("__main__"):
            in_modules += standing(importlib.import_module(name))
    texts = {(found.pattern, found.is_bytes) for found in in_source}
    others = [found for found in in_modules if (found.pattern, found.is_bytes) not in texts]
    return sorted({(found.pattern, found.flags, found.is_bytes): found for found in [*others, *in_source]}.values())


def feed(pattern: str, flags: int, is_bytes: bool, inputs: list[str]) -> None:
    """Everything that is done with patterns anywhere."""
    compiled: Any = re.compile(pattern.encode("latin-1") if is_bytes else pattern, flags)
    for text in inputs:
        each: Any = text.encode("utf-8") if is_bytes else text
        compiled.match(each)
        compiled.fullmatch(each)
        compiled.search(each)
        compiled.sub(each[:0], each)
        compiled.split(each)
        for _ in compiled.finditer(each):
            pass


def main() -> None:
    if len(sys.argv) == 1:
        sys.path.insert(0, str(ROOT))
        for found in collect():
            print(json.dumps(dataclasses.astuple(found)))  # noqa: T201
        return
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    for line in sys.stdin:
        pattern, flags, is_bytes, inputs = json.loads(line)
        print(json.dumps(pattern), flush=True)  # noqa: T201 - the last one that was named did not end
        feed(pattern, flags, is_bytes, inputs)
    print("fed", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
