/**
 * `npm test`: every test that .mocharc.json does not leave out, in parallel workers, and the types beside them. Ends
 * with the line "N passed, N failed"; wrong types fail the command, but count as no test.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

const PROJECT_FOLDER = fileURLToPath(new URL("..", import.meta.url));
const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a module of Node in a process of its own, and tells each piece of what it prints. */
function run(args: readonly string[], onOutput: (text: string) => void = () => {}): Promise<Ended> {
  // The warning of the SDK is about this machine's Node, not the functions', and would stand between the tests.
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  const child = spawn(process.execPath, args, {
    cwd: PROJECT_FOLDER,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    onOutput(text);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ code, output }));
  });
}

/** How many tests the reporter says passed, or failed. */
function countOf(word: "passing" | "failing", output: string): number {
  return Number(new RegExp(`^  (\\d+) ${word}`, "m").exec(stripped(output))?.[1] ?? 0);
}

function stripped(output: string): string {
  return output.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g"), "");
}

const [tests, types] = await Promise.all([
  run(
    [
      "node_modules/mocha/bin/mocha.js",
      ...["--jobs", String(availableParallelism()), colour ? "--color" : "--no-color"],
      "tests/**/*.test.ts",
    ],
    (text) => process.stdout.write(text),
  ),
  run(["node_modules/typescript/bin/tsc", "--pretty", String(colour)]),
]);
console.log(types.code === 0 ? "types: ok" : `${types.output}types: FAILED`);
const passed = countOf("passing", tests.output);
const failed = countOf("failing", tests.output);
if (passed + failed === 0) console.error("No test ran.");
// A worker that broke leaves no failed test behind, only mocha's exit code.
console.log(`${passed} passed, ${failed === 0 && tests.code !== 0 ? 1 : failed} failed`);
process.exitCode = tests.code === 0 && types.code === 0 && passed > 0 ? 0 : 1;
