/**
 * `npm run test:emulator`: previews and deploys both stacks with the real CLI to the AWS emulator at AWS_ENDPOINT_URL,
 * and calls the deployed functions. The checkout does not change. Beginnings of files' names as arguments choose these
 * files: `npm run test:emulator -- 6-template`. Those from 2 to 5 and 7 need the ones before them.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { config as chai } from "chai";
import Mocha from "mocha";
import { whyNot } from "./lab/emulator.js";
import { pulumiVersion, removeWorkspaces } from "./lab/project.js";
import { Progress } from "./reporter.js";

const here = fileURLToPath(new URL(".", import.meta.url));

process.on("exit", removeWorkspaces);

const chosen = process.argv.slice(2);
const known = readdirSync(here)
  .filter((file) => file.endsWith(".test.ts"))
  .sort();
const strange = chosen.filter((name) => !known.some((file) => file.startsWith(name)));
if (strange.length > 0) {
  console.log(
    "Usage: npm run test:emulator -- [BEGINNING OF A FILE'S NAME ...]. Those from 2 to 5 and 7 need the ones before.",
  );
  console.log("Example: npm run test:emulator -- 6-template. Without a name: every file.");
  console.log(`Files: ${known.join(", ")}`);
  const isHelp = strange.some((name) => name === "--help" || name === "-h");
  if (!isHelp) console.error(`No file begins with ${strange.join(" or ")}.`);
  process.exit(isHelp ? 0 : 2);
}

const endpoint = process.env.AWS_ENDPOINT_URL;
const obstacle = await whyNot(endpoint);
if (obstacle?.refuse) {
  console.error(`REFUSED: ${obstacle.reason}`);
  process.exit(2);
}
const version = obstacle === undefined ? await pulumiVersion() : undefined;
const skip = obstacle?.reason ?? (version === undefined ? "`npx pulumi version` fails" : undefined);
if (skip !== undefined) {
  console.log(`SKIPPED: ${skip}`);
  console.log("0 passed, 0 failed");
  process.exit(0);
}

// A failure shows the whole of what was compared.
chai.truncateThreshold = 0;

console.log(`Pulumi ${version}, AWS at ${endpoint}`);
// Files run one after the other, each with what the earlier ones deployed, so the first failure ends the run.
const mocha = new Mocha({ timeout: 300_000, reporter: Progress, bail: true });
const files = known.filter((file) => chosen.length === 0 || chosen.some((name) => file.startsWith(name)));
for (const file of files) mocha.addFile(`${here}${file}`);
await mocha.loadFilesAsync();
const runner = mocha.run((failures) => {
  const notRun = runner.total - (runner.stats?.passes ?? 0) - (runner.stats?.pending ?? 0) - failures;
  if (notRun > 0) console.log(`${notRun} not run after the failure`);
  console.log(`${runner.stats?.passes ?? 0} passed, ${failures} failed`);
  process.exit(failures > 0 ? 1 : 0);
});
