#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the constants of spec/ in each language. `./dev check` fails where they are out of date.

    spec/generate.py          writes the files
    spec/generate.py --check  says which would change, and exits 1 if any
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTE = "Made by spec/generate.py from spec/{source}; do not edit."


def entries(source: str) -> dict:
    table = json.loads((ROOT / "spec" / source).read_text())
    return {name: entry for name, entry in table.items() if not name.startswith("$")}


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def cpp_header(source: str, body: str) -> str:
    return (f"// SPDX-License-Identifier: MIT\n// {NOTE.format(source=source)}\n\n"
            f"#pragma once\n\n{body}")


def cpp_constant(name: str, entry: dict) -> str:
    value = entry["value"]
    is_text = isinstance(value, str)
    kind, literal = ("std::string_view", f'"{value}"') if is_text else ("std::size_t", value)
    return f'inline constexpr {kind} {name} = {literal};  ///< {entry["about"]}'


def cpp_limits() -> str:
    lines = "\n".join(cpp_constant(name, entry) for name, entry in entries("limits.json").items())
    return cpp_header("limits.json", "#include <cstddef>\n#include <string_view>\n\n"
                      "// clang-format off\nnamespace malinka::limits {\n\n" + lines +
                      "\n\n}  // namespace malinka::limits\n// clang-format on\n")


def cpp_response_codes() -> str:
    lines = "\n".join(f'  {name} = {entry["code"]},  ///< {entry["about"]}'
                      for name, entry in entries("errors.json").items())
    return cpp_header("errors.json", "// clang-format off\nnamespace malinka {\n\n"
                      "/// The code of a Response. The same words in every language.\n"
                      "enum class ResponseCode : int {\n" + lines +
                      "\n};\n\n}  // namespace malinka\n// clang-format on\n")


def typescript_limits() -> str:
    def line(name: str, entry: dict) -> str:
        return f'  /** {entry["about"]} */\n  {camel(name)}: {json.dumps(entry["value"])},'
    lines = "\n".join(line(name, entry) for name, entry in entries("limits.json").items())
    codes = "\n".join(f'  /** {entry["about"]} */\n  {camel(name)}: {entry["code"]},'
                      for name, entry in entries("errors.json").items())
    return (f"// SPDX-License-Identifier: MIT\n"
            f"// {NOTE.format(source='limits.json and spec/errors.json')}\n\n"
            f"export const limits = {{\n{lines}\n}} as const;\n\n"
            f"export const responseCodes = {{\n{codes}\n}} as const;\n")


def python_limits() -> str:
    lines = "\n".join(f'#: {entry["about"]}\n{name.upper()} = {json.dumps(entry["value"])}'
                      for name, entry in entries("limits.json").items())
    codes = "\n".join(f'    #: {entry["about"]}\n    {name.upper()} = {entry["code"]}'
                      for name, entry in entries("errors.json").items())
    return (f"# SPDX-License-Identifier: MIT\n"
            f"# {NOTE.format(source='limits.json and spec/errors.json')}\n"
            f'"""Every number that the parts share."""\n\nimport enum\n\n{lines}\n\n\n'
            f'class ResponseCode(enum.IntEnum):\n    """The code of a Response. The same words in every language."""\n\n'
            f"{codes}\n")


OUTPUTS = {
    "src/base/limits.h": cpp_limits,
    "src/base/response_code.h": cpp_response_codes,
    "clients/typescript/src/limits.ts": typescript_limits,
    "clients/python/malinka/limits.py": python_limits,
}


def main() -> int:
    is_check = "--check" in sys.argv[1:]
    stale = []
    for name, make in OUTPUTS.items():
        path, text = ROOT / name, make()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if not is_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for name in stale:
        print(f"{'out of date' if is_check else 'written'}: {name}")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
