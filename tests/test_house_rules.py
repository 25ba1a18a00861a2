"""The house rules of the architecture, as far as a machine can see them."""

import ast
import pkgutil
import re
import string
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import server
from server.errors import FIELD_WORDS, every_refusal

HOUSE = Path(__file__).resolve().parent.parent
SERVER = HOUSE / "server"

# Rule 2. Larger is higher; equal numbers are neighbours. Routes stand above the other parts of the street, since they
# are the front door of them too. Edges join everything and are imported by edges only.
FLOORS = {
    "routes": 7,
    "gateways": 6,
    "exchange": 6,
    "insights": 5,
    "reconcile": 4,
    "counting": 3,
    "handling": 3,
    "cases": 2,
    "sop": 2,
    "ledger": 2,
    "catalog": 1,
    "people": 1,
    "intake": 1,
    "decode": 0,
}
CELLAR = {
    "db",
    "lane",
    "growth",
    "errors",
    "clock",
    "quantity",
    "ids",
    "config",
    "schema",
    "decode",
}  # these may use each other
EDGES = {"server", "cli", "start", "jobs", "demo", "lan", "simulate"}
LONGEST = 400  # lines; a longer file has two subjects

IMPURE = {
    "server.db",
    "server.lane",
    "flask",
    "flask_jwt_extended",
    "sqlalchemy",
    "time",
    "random",
    "secrets",
    "os",
    "uuid",
}
LEDGER_ONLY = {"moves", "balances", "anchors"}


def sources(folder=SERVER, *patterns):
    """Every file of ours that matches, by its path from the top."""
    found = [path for pattern in patterns or ("*.py",) for path in sorted(folder.rglob(pattern))]
    return [path for path in found if "node_modules" not in path.parts and "versions" not in path.parts]


def trees(folder=SERVER):
    """(path from the top, parsed file) of every Python file."""
    return [(str(path.relative_to(HOUSE)), ast.parse(path.read_text())) for path in sources(folder)]


def imported(tree):
    """Every module that a file imports, wherever in it, as dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms(tree):
    """The parts of the house that a file imports: `ledger`, `db`, `cli`, …"""
    names = FLOORS.keys() | CELLAR | EDGES
    return {_room(name.split(".")[1]) for name in imported(tree) if name.startswith("server.")} & names


def room_of(path):
    """`server/ledger/post.py` → `ledger`, `server/db.py` → `db`, `server/__init__.py` → `server`."""
    first = Path(path).parts[1].removesuffix(".py")
    return "server" if first == "__init__" else _room(first)


def _room(name):
    """The demo has several files."""
    return "demo" if name.startswith("demo_") else name


def texts(tree):
    """Every text constant of a file, f-strings with their holes empty."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def docstring_free(tree):
    """Texts that are not docstrings: those that may be SQL."""
    docs = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    }
    return [text for text in texts(tree) if text not in docs]


def refusals():
    """Every Refusal class of the house."""
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if "migrations" not in module.name:
            import_module(module.name)
    return every_refusal()


def test_every_room_stands_on_a_floor():
    rooms_there = {room_of(path) for path, _ in trees()} - {"migrations"}

    assert rooms_there <= FLOORS.keys() | CELLAR | EDGES


def test_imports_point_down_and_never_to_a_neighbour():
    offences = []
    for path, tree in trees():
        here = room_of(path)
        if here in EDGES or here == "migrations":
            continue
        for there in rooms(tree) - {here}:
            both_in_cellar = here in CELLAR and there in CELLAR
            goes_down = there not in EDGES and FLOORS.get(here, 0) > FLOORS.get(there, 0)
            if not (goes_down or both_in_cellar):
                offences.append(f"{path} imports {there}")

    assert offences == []


def test_rules_are_pure():
    offences = []
    for path, tree in trees():
        if Path(path).name != "rules.py":
            continue
        offences += [f"{path} imports {name}" for name in imported(tree) if IMPURE & {name, name.split(".")[0]}]
        asked = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        offences += [f"{path} asks the clock" for name in asked if name in ("now", "utcnow", "today")]

    assert offences == []


def test_only_the_database_module_commits():
    offences = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit" and path != "server/db.py"
    ]

    assert offences == []


def test_only_edges_open_transactions():
    allowed = {"routes", "gateways", "exchange", "db", *EDGES}
    offences = [
        path for path, tree in trees() if "server.db.transaction" in imported(tree) and room_of(path) not in allowed
    ]

    assert offences == []


def test_routes_write_nothing_themselves():
    writing = re.compile(r"\s*(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")
    offences = [
        f"{path}: {text[:60]}"
        for path, tree in trees(SERVER / "routes")
        for text in docstring_free(tree)
        if writing.match(text)
    ]

    assert offences == []


def test_the_book_has_one_door_and_is_written_once():
    writing = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)")
    offences = []
    for path, tree in trees():
        for text in docstring_free(tree):
            for verb, table in writing.findall(text):
                outside = table in LEDGER_ONLY and room_of(path) != "ledger"
                rewritten = table == "moves" and verb != "INSERT INTO"
                if outside or rewritten:
                    offences.append(f"{path}: {verb} {table}")
        for node in ast.walk(tree):
            puts = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "put" and node.args
            )
            table = getattr(node.args[0], "value", None) if puts else None
            if table in LEDGER_ONLY and room_of(path) != "ledger":
                offences.append(f"{path}: put {table}")

    assert offences == []


def test_a_code_means_one_thing():
    """Floors that may not import each other may say the same no; it is the same answer then, never another one."""
    statuses = defaultdict(set)
    for kind in refusals():
        statuses[kind.code].add(kind.status)

    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}
    assert [code for code in statuses if not re.fullmatch(r"[a-z][a-z0-9_]*", code)] == []


def test_every_refusal_has_words_in_english_and_chinese():
    offences = []
    for kind in refusals():
        chinese = re.search(r"[\u4e00-\u9fff]", kind.zh)
        if not (kind.en.strip() and chinese and holes(kind.zh) <= holes(kind.en)):
            offences.append(kind.code)

    assert offences == []


def test_every_field_code_has_words_in_english_and_chinese():
    offences = [code for code, (en, zh) in FIELD_WORDS.items() if not en or not re.search(r"[\u4e00-\u9fff]", zh)]

    assert offences == []


def holes(words):
    """The names in a sentence's braces."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_chinese_is_written_with_its_own_signs():
    """The phone shows the server's words as they are, beside its own."""
    near = "\u3002\u4e00-\u9fff\uff01-\uff5e“”「」"
    half = re.compile(rf"[{near}][,;:!?()]|[,;:!?()][{near}]")
    spoken = (
        (path, text) for path, tree in trees() for text in docstring_free(tree) if re.search("[\u4e00-\u9fff]", text)
    )
    assert [(path, text) for path, text in spoken if half.search(text)] == []


def test_public_functions_say_what_they_are_for():
    offences = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in trees()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        if "migrations" not in path
    ]

    assert offences == []


def test_modules_open_with_what_they_are_for():
    offences = [path for path, tree in trees() if not ast.get_docstring(tree) and "migrations" not in path]

    assert offences == []


def test_no_room_outgrew_its_walls():
    files = sources(SERVER) + sources(HOUSE / "tests") + sources(HOUSE / "pwa" / "src", "*.ts", "*.vue")
    files = [path for path in files if "i18n" not in path.parts]  # a list of words is no room
    long = {str(path.relative_to(HOUSE)): len(path.read_text().splitlines()) for path in files}

    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_the_lock_files_name_no_registry():
    locks = [HOUSE / "pwa" / "package-lock.json", HOUSE / "bench" / "lighthouse" / "package-lock.json"]

    assert [str(lock) for lock in locks if '"resolved": "http' in lock.read_text()] == []


def test_migrations_are_steps_of_one_stair():
    steps = sorted((SERVER / "migrations" / "versions").glob("*.py"))
    said = [re.findall(r'^(?:down_)?revision = (?:"(\w+)"|None)', step.read_text(), re.MULTILINE) for step in steps]

    assert said == [[f"{n:04}", f"{n - 1:04}" if n > 1 else ""] for n in range(1, len(steps) + 1)]
