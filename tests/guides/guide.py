"""A guide as a stranger follows it: its files are written, its commands run, its output compared.

A file is a fenced block under a line that holds only its name in backticks; with ", continued"
after the name the block is added to the file. A `shell` block is run where the files are; a `text`
block after it is what it prints, `...` standing for anything.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(
    r"^(?:`(?P<path>[\w./-]+)`(?P<more>, continued)?\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
FOREIGN = ("RIESZ_", "PYTHON", "TOX_", "VIRTUAL_ENV", "COV_")


@dataclass(frozen=True)
class Block:
    """A fenced block: a file if it has a path, otherwise commands, or what they print."""

    path: str | None
    more: bool
    kind: str
    text: str


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [Block(b["path"], bool(b["more"]), b["kind"], b["text"]) for b in BLOCK.finditer(text)]


def is_shown(text: str, printed: str) -> bool:
    """Whether the text is part of what was printed, but for spaces and what `...` stands for."""
    parts = [r"\s+".join(map(re.escape, part.split())) for part in text.split("...")]
    return re.search(".*?".join(parts), printed, re.DOTALL) is not None


@dataclass
class Stranger:
    """Somebody with a folder and a fresh environment, in which riesz can be installed by name."""

    folder: Path
    environment: Path
    wheels: Path

    def run(self, command: str) -> str:
        """What a shell command prints; it must succeed."""
        done = self.attempt(command)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}"
        return done.stdout

    def attempt(self, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """What became of a shell command."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        path = f"{self.environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
        own = {"PATH": path, "PIP_FIND_LINKS": str(self.wheels), "NO_COLOR": "1", **variables}
        return subprocess.run(
            ["bash", "-e", "-c", command], cwd=self.folder, env=clean | own, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
        )  # fmt: skip

    def write(self, path: str, text: str, more: bool = False) -> None:
        """Write a file of the folder, or add to it."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        before = place.read_text(encoding="utf-8") + "\n\n" if more else ""
        place.write_text(before + text, encoding="utf-8")

    def follow(self, page: Path) -> None:
        """Do everything that a guide says, in its order."""
        printed = ""
        for block in blocks(page):
            if block.path:
                self.write(block.path, block.text, block.more)
            elif block.kind == "shell":
                printed = self.run(block.text)
            elif block.kind == "text":
                said = f"{page.name} shows\n{block.text}\nbut what was printed is\n{printed}"
                assert is_shown(block.text, printed), said
