import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_FOLDER } from "../../cli/lib/project-folder.js";

/** What a checkout has and a project that `pulumi new` makes has not. */
const LEFT_OUT = [".git", "node_modules", "report"];

/** Copies the project to an existing, empty folder, as `pulumi new` does: every file, but no repository. */
export function copyProject(folder: string): void {
  for (const name of readdirSync(PROJECT_FOLDER).filter((name) => !LEFT_OUT.includes(name)))
    cpSync(join(PROJECT_FOLDER, name), join(folder, name), { recursive: true });
}

/** Links the modules that `npm ci` would install in a copy. The workspaces are the copy's own. */
export function linkModules(folder: string): void {
  const installed = join(PROJECT_FOLDER, "node_modules");
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@lambda-networking"), { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name !== "@lambda-networking" && name !== ".cache")
      symlinkSync(join(installed, name), join(modules, name));
  }
  for (const name of ["preflight", "local-api"])
    symlinkSync(join(folder, name), join(modules, "@lambda-networking", name));
}

/** The tests that read the project's own files. */
const TESTS = [
  "tests/*.test.ts",
  "tests/cli/preflight.test.ts",
  "tests/config/pulumi-yaml.test.ts",
  "tests/preflight/door.test.ts",
  "tests/program/settings.test.ts",
  "tests/tools/docs/*.test.ts",
];

/** Runs in a copy the tests that read the project's own files. */
export function testsOfProject(folder: string): { readonly status: number | null; readonly output: string } {
  const mocha = ["node_modules/mocha/bin/mocha.js", "--reporter", "dot", "--no-color"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...mocha, ...TESTS], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}
