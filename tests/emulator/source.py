"""CUDA C as C++: what the preprocessor cannot do.

After preprocessing with `device.h`, `__shared__` variables go to a section of their own, which the
engine fills before every block; `extern __shared__` arrays become pointers to the dynamic shared
memory; and every kernel gets an entry through which it is launched.
"""

from __future__ import annotations

import re

KERNEL = re.compile(
    r"__global__\s+(?:static\s+|inline\s+)*(?:__launch_bounds__\s*\([^)]*\)\s*)?void\s+"
    r"(?:__launch_bounds__\s*\([^)]*\)\s*)?(\w+)\s*\("
)
DYNAMIC = re.compile(
    r"extern\s+__shared__\s+(?:__attribute__\s*\(\(.*?\)\)\s*)?"
    r"([\w:]+(?:\s+[\w:]+)*)\s+(\w+)\s*\[\s*\]\s*;"
)
BOUNDS = re.compile(r"__launch_bounds__\s*\([^)]*\)")
SHARED = 'static __attribute__((section("emulator_shared"), used))'
ENTRY = """
extern "C" __attribute__((visibility("default")))
int emulator_launch_{name}(const emulator::Call &call, char *message, size_t capacity) {{
  return emulator::Entry<&{name}>::launch(call, message, capacity);
}}
extern "C" __attribute__((visibility("default"))) const char *emulator_types_{name}() {{
  return emulator::Entry<&{name}>::codes;
}}
"""


def kernels(text: str) -> list[str]:
    """The names of the kernels in a preprocessed text."""
    names = list(dict.fromkeys(KERNEL.findall(text)))
    if not names and "__global__" in text:
        raise ValueError("No `__global__ void name(` was recognised in the source.")
    return names


def translate(text: str) -> str:
    """A preprocessed text as C++."""
    names = kernels(text)
    text = DYNAMIC.sub(r"\1 *const \2 = (\1 *)emulator_dynamic_shared();", text)
    if refused := re.search(r"extern\s+__shared__.*", text):
        raise ValueError(f"This declaration is not understood: {refused[0]}")
    text = BOUNDS.sub("", text).replace("__global__", "").replace("__shared__", SHARED)
    return text + "".join(ENTRY.format(name=name) for name in names)
