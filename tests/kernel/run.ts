/**
 * `npm run test:kernel -- [--seed N] [--count N] [--network N] [--verbose]`: random networks, made as network namespaces, in which
 * every question is asked by sending packets; preflight's verdicts are compared with the kernel's. Before them, the NAT
 * instance's own script runs in a namespace. Ends with what was asked and the line "N passed, N failed".
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Help, helpText, type Options, parseOptions, type Values } from "../../cli/lib/options.js";
import { UserError } from "../../preflight/errors/user-error.js";
import { type Judged, judge } from "./judge.js";
import { enterNamespaces } from "./namespaces.js";
import { checkNatInstance } from "./nat-instance.js";
import { exportOf } from "./resources.js";

const HELP = {
  call: "npm run test:kernel",
  about:
    "Makes random networks as network namespaces, asks every question by sending packets, and compares preflight's verdicts with the kernel's. Runs the NAT instance's script in a namespace, and sends packets through it.",
  options: {
    seed: {
      type: "string",
      value: "N",
      about: "The networks: the same seed makes the same ones",
      default: "1",
    },
    count: { type: "string", value: "N", about: "How many questions at least", default: "1000" },
    network: { type: "string", value: "N", about: "Only this network of the seed, to ask a failure again" },
    verbose: { type: "boolean", about: "Prints every answer, not only the wrong ones" },
  },
  examples: [
    ["npm run test:kernel -- --seed 7 --count 5000", "Other networks, and more questions"],
    ["npm run test:kernel -- --seed 7 --network 12 --verbose", "One network again, with every answer"],
  ],
  exitCodes: "0 the kernel agrees, or SKIPPED; 1 it does not; 2 wrong usage.",
} as const satisfies Help<Options>;

function options(): Values<typeof HELP.options> {
  const argv = process.argv.slice(2);
  if (argv.includes("--help") || argv.includes("-h")) {
    console.log(helpText(HELP));
    process.exit(0);
  }
  try {
    const values = parseOptions(argv, HELP, process.env);
    for (const [name, value] of Object.entries(values)) {
      if (name !== "verbose" && !/^\d+$/.test(String(value)))
        throw new UserError(`--${name}: "${value}". Write a whole number, 0 or more.`);
    }
    return values;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const values = options();

const obstacle = enterNamespaces();
if (obstacle !== undefined) {
  console.log(`SKIPPED: ${obstacle}`);
  console.log("0 passed, 0 failed");
  process.exit(0);
}

// One network again is about that network only.
const checks = values.network === undefined ? await checkNatInstance() : [];
for (const { title, passed } of checks) {
  if (!passed || values.verbose === true) console.log(`${passed ? "ok" : "FAILED"}: ${title}`);
}
const failedChecks = checks.filter(({ passed }) => !passed).length;
console.log(`NAT instance: ${checks.length - failedChecks} of ${checks.length} checks passed`);

const PER_NETWORK = 30;
/** How many networks are in the kernel at once. */
const AT_ONCE = 2;
const MOST_UNKNOWN = 0.03;

const { seed } = values;
const count = Number(values.count);
const started = Date.now();
const judged: Judged[] = [];
let networks = 0;

function* indices(): Generator<number> {
  if (values.network !== undefined) yield Number(values.network);
  else for (let i = 0; judged.length < count && i * PER_NETWORK < 2 * count; i++) yield i;
}

const left = indices();

async function work(): Promise<void> {
  for (const index of left) {
    const { network, answers } = await judge(seed, index, PER_NETWORK);
    networks++;
    judged.push(...answers);
    const wrong = answers.filter(({ outcome }) => outcome.startsWith("false"));
    if (wrong.length > 0) tell(index, wrong, network);
    if (values.verbose === true) for (const answer of answers) console.log(line(answer));
    if (networks % 5 === 0) console.log(`${networks} networks, ${judged.length} questions, ${seconds()} s`);
  }
}

function seconds(): number {
  return Math.round((Date.now() - started) / 1000);
}

function line({ question, outcome, verdict, kernel, reason }: Judged): string {
  const { from, to, port } = question;
  return `  ${outcome}: ${from} -> ${to} on port ${port}: preflight says ${verdict}, the kernel ${kernel}${reason}`;
}

/** Tells what was wrong, and how to ask again. */
function tell(index: number, wrong: readonly Judged[], network: Parameters<typeof exportOf>[0]): void {
  const file = join(mkdtempSync(join(tmpdir(), "kernel-")), `seed-${seed}-network-${index}.json`);
  writeFileSync(file, JSON.stringify(exportOf(network), undefined, 2));
  console.log(`seed ${seed}, network ${index}: npm run test:kernel -- --seed ${seed} --network ${index}`);
  for (const answer of wrong) {
    const { from, to, port } = answer.question;
    console.log(line(answer));
    console.log(`    npm run -s trace -- --deployed ${file} --from "${from}" --to "${to}" --port ${port}`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work));

const number = (outcome: Judged["outcome"]) => judged.filter((answer) => answer.outcome === outcome).length;
const unknown = number("unknown") / Math.max(judged.length, 1);
const reachable = judged.filter(({ kernel }) => kernel === "reachable").length;
console.log(
  `seed ${seed}: ${networks} networks, ${judged.length} questions (${reachable} reachable), ` +
    `${number("false reachable")} false reachable, ${number("false blocked")} false blocked, ` +
    `${(100 * unknown).toFixed(1)} % unknown, ${number("undecidable")} undecidable, ${seconds()} s`,
);
const tooUnknown = unknown > MOST_UNKNOWN && values.network === undefined;
if (tooUnknown) console.log(`more than ${100 * MOST_UNKNOWN} % unknown`);
const wrong = number("false reachable") + number("false blocked");
const failed = wrong + (tooUnknown ? 1 : 0) + failedChecks;
console.log(`${judged.length - wrong + checks.length - failedChecks} passed, ${failed} failed`);
process.exitCode = failed > 0 || judged.length === 0 ? 1 : 0;
