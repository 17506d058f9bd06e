# SPDX-License-Identifier: MIT
"""The examples do what they say, each against a real hub and a simulated device."""

import os
import subprocess

import harness

EXAMPLES = harness.ROOT / "examples"
PASSWORD = "a long enough secret"


class ExampleTest(harness.Test):
    """A hub and a device."""

    is_sealed = True
    policy = ""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.start_agent(self.hub, "kitchen", channel="home", password=PASSWORD, is_sealed=self.is_sealed,
                         config=self.policy)

    def run_example(self, *program: str | os.PathLike[str], hub: str, **env: str) -> str:
        done = subprocess.run([*program, hub, "home", PASSWORD, "kitchen", "echo it works"], text=True, timeout=60,
                              capture_output=True, env=harness.environment(self.person_folder, **env), check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class SealedExamplesTest(ExampleTest):
    def test_python_runs_a_command(self) -> None:
        out = self.run_example("/usr/bin/python3", EXAMPLES / "run_command/run_command.py", hub=self.hub.url,
                               PYTHONPATH=str(harness.ROOT / "clients/python"))
        self.assertEqual(out, "it works\n")

    def test_typescript_runs_a_command(self) -> None:
        modules = harness.ROOT / "web/node_modules"
        program = self.person_folder / "run_command.cjs"
        subprocess.run([modules / ".bin/esbuild", EXAMPLES / "run_command/run_command.ts", "--bundle", "--platform=node",
                        "--log-level=warning", f"--alias:@malinka/client={harness.ROOT}/clients/typescript/src/index.ts",
                        f"--outfile={program}"], env={**os.environ, "NODE_PATH": str(modules)}, timeout=60, check=True)
        self.assertEqual(self.run_example("node", program, hub=self.hub.url), "it works\n")

    def test_cpp_runs_a_command(self) -> None:
        out = self.run_example(harness.BIN.parent / "examples/example_run_command", hub=self.hub.url)
        self.assertIn('"text":"it works\\n"', out)


class PlainExamplesTest(ExampleTest):
    is_sealed = False
    policy = '[policy.shell]\nchannel = "guarded"\n'

    def test_a_foreign_client_runs_a_command(self) -> None:
        out = self.run_example("/usr/bin/python3", EXAMPLES / "foreign/run_command.py", hub=self.hub.url)
        self.assertEqual(out, "it works\n")
