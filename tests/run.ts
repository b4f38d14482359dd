/**
 * `npm test`: the types, then every test under tests/ that needs neither network nor tools. Ends with the line
 * "N passed, N failed"; the types count as one test.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Mocha from "mocha";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PROJECT_FOLDER = join(HERE, "..");
const TYPESCRIPT = join(PROJECT_FOLDER, "node_modules", "typescript", "bin", "tsc");

/** Folders with a command of their own: `npm run test:emulator`, `npm run test:e2e`. */
const APART = ["emulator", "e2e"];

const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** Whether the types are right; says what is not. */
function typesAreRight(): boolean {
  const { status, error } = spawnSync(
    process.execPath,
    [TYPESCRIPT, "--noEmit", "--pretty", String(colour)],
    { cwd: PROJECT_FOLDER, stdio: ["ignore", "inherit", "inherit"] },
  );
  const right = status === 0;
  console.log(right ? "types: ok" : `types: FAILED${error === undefined ? "" : ` (${error.message})`}`);
  return right;
}

function testFiles(): string[] {
  return readdirSync(HERE, { recursive: true, encoding: "utf8" })
    .filter(
      (file) => file.endsWith(".test.ts") && !APART.some((folder) => file.startsWith(join(folder, "/"))),
    )
    .sort()
    .map((file) => join(HERE, file));
}

interface Count {
  readonly passed: number;
  readonly failed: number;
}

async function runTests(): Promise<Count> {
  // It is of this machine's Node, not of the functions', and would stand between the tests.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  Mocha.reporters.Base.useColors = colour; // by itself it takes CI=true for a terminal
  const mocha = new Mocha({ timeout: 30_000, reporter: "spec", color: colour, forbidOnly: true });
  for (const file of testFiles()) mocha.addFile(file);
  try {
    await mocha.loadFilesAsync();
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1 }; // a test file that cannot be loaded
  }
  return new Promise((resolve) => {
    const runner = mocha.run((failed) => resolve({ passed: runner.stats?.passes ?? 0, failed }));
  });
}

const types = typesAreRight();
const tests = await runTests();
const ran = tests.passed + tests.failed > 0;
if (!ran) console.error("No test ran.");
const passed = tests.passed + (types ? 1 : 0);
const failed = tests.failed + (types ? 0 : 1) + (ran ? 0 : 1);
console.log(`${passed} passed, ${failed} failed`);
// Not left to the event loop: a test that forgot a server must not keep the command from ending.
process.exit(failed > 0 ? 1 : 0);
