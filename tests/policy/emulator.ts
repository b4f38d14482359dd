/**
 * `npx tsx tests/policy/emulator.ts`: the policy pack on the real engine, against the AWS emulator at
 * AWS_ENDPOINT_URL. Takes about two minutes; nothing in the checkout changes.
 */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { whyNot } from "../emulator/lab/emulator.js";
import {
  apiWithout,
  type CommandResult,
  configure,
  copyProgram,
  linkModules,
  pulumi,
  pulumiVersion,
  removeWorkspaces,
  tryPulumi,
} from "../emulator/lab/project.js";
import { TEST_PROJECT } from "../support/test-project.js";

/** Newest runtime that this version of the provider plugin supports. */
const RUNTIME = { runtime: "nodejs22.x" };
const PACK = fileURLToPath(new URL("../../policy", import.meta.url));
const INTENTS = "intents.yaml";

/** A configuration with every feature whose types the plugin supports. */
const EVERYTHING = {
  networking: "vpc",
  vpc: { nat: "single", ipv6: true, flowLogs: {} },
  endpoints: { ssm: { privateDns: false }, s3: true },
  parameters: { path: "/lambda-networking/everything", values: { greeting: "hello" } },
  function: { ...RUNTIME, reservedConcurrency: 50, provisionedConcurrency: 2 },
  database: {},
  logPipeline: { codePipelineNotifications: {} },
  messageStore: {},
  watching: {},
  api: {
    throttling: { rateLimit: 100, burstLimit: 100 },
    caching: {},
    methods: { "GET /messages": { apiKeyRequired: true } },
    usagePlans: { partners: { keys: ["alice"], throttling: { rateLimit: 100, burstLimit: 100 } } },
  },
};

/** Moves the one rule that admits the function to Parameter Store's endpoint to another port. */
const BREAK = `import * as pulumi from "@pulumi/pulumi";
pulumi.runtime.registerStackTransformation(({ name, props, opts }) =>
  name === "ssm-from-fetcher" ? { props: { ...props, fromPort: 80, toPort: 80 }, opts } : undefined,
);
`;

/** Lets the alias move without waiting for the way of the function's calls. */
const EARLY = `import * as pulumi from "@pulumi/pulumi";
pulumi.runtime.registerStackTransformation(({ name, props, opts }) =>
  name === "fetcher-live" ? { props, opts: { ...opts, dependsOn: [] } } : undefined,
);
`;

/** Ends the run unless AWS_ENDPOINT_URL is an emulator and Pulumi is installed. */
async function checkPreconditions(): Promise<void> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const obstacle = await whyNot(endpoint);
  if (obstacle?.refuse) {
    console.error(`REFUSED: ${obstacle.reason}`);
    process.exit(2);
  }
  const reason =
    obstacle?.reason ?? ((await pulumiVersion()) === undefined ? "`npx pulumi version` fails" : undefined);
  if (reason === undefined) return;
  console.log(`SKIPPED: ${reason}`);
  console.log("0 passed, 0 failed");
  process.exit(0);
}

/** A copy of the program with its stacks, not yet deployed. */
async function newProject(name: string): Promise<string> {
  const folder = copyProgram(name);
  linkModules(folder);
  // The pack reads the intents of the project that it is in.
  cpSync(PACK, join(folder, "policy"), { recursive: true });
  cpSync(join(TEST_PROJECT, INTENTS), join(folder, INTENTS));
  for (const stack of ["dev", "prod"]) {
    // The plugin does not support gateway responses either, and a hardened API has them.
    configure(folder, stack, { function: RUNTIME, api: apiWithout(folder, stack, "hardening") });
    await pulumi(folder, "stack", "init", stack);
  }
  return folder;
}

await checkPreconditions();
const folder = await newProject("policy");

function setMain(main: string): void {
  const path = join(folder, "Pulumi.yaml");
  writeFileSync(path, stringify({ ...parse(readFileSync(path, "utf8")), main }));
}

function withPack(command: string, stack: string, ...more: string[]): Promise<CommandResult> {
  return tryPulumi(folder, command, "--stack", stack, "--policy-pack", join(folder, "policy"), ...more);
}

function expectPass({ status, output }: CommandResult): void {
  expect(status, output).to.equal(0);
  expect(output).to.contain("✅ lambda-networking@");
  expect(output).not.to.match(/\[(mandatory|advisory)\]/);
}

function expectStopped({ status, output }: CommandResult): void {
  expect(status, output).not.to.equal(0);
  expect(output).to.match(/\[mandatory\].*network-intents-hold .*SecurityGroup: ssm-endpoint\)/);
  expect(output).to.contain("fetcher must reach ssm on port 443 by interface endpoint");
  expect(output).to.contain("ENI_SG_RULES_MISMATCH");
  expect(output).to.contain("Fix: ");
}

async function resources(): Promise<readonly unknown[]> {
  const { stdout } = await pulumi(folder, "stack", "export", "--stack", "prod");
  return JSON.parse(stdout).deployment.resources ?? [];
}

const STEPS: readonly (readonly [string, () => Promise<void>])[] = [
  ["dev passes its first preview", async () => expectPass(await withPack("preview", "dev"))],
  ["prod passes its first preview", async () => expectPass(await withPack("preview", "prod"))],
  [
    "a private prod that became public by mistake stops the preview, by its pinned intents",
    async () => {
      configure(folder, "prod", { networking: "public" });
      const { status, output } = await withPack("preview", "prod");
      configure(folder, "prod", { networking: "vpc" });
      expect(status, output).not.to.equal(0);
      expect(output).to.match(/\[mandatory\].*network-intents-hold/);
      expect(output.replace(/\s+/g, " ")).to.match(
        /internet must not reach GET \/messages on port 443 \([^)]*pinned in intents\.yaml:\d+\): open/,
      );
    },
  ],
  [
    "so does a stack with everything around it, but for advice",
    async () => {
      configure(folder, "everything", EVERYTHING);
      await pulumi(folder, "stack", "init", "everything");
      const { status, output } = await withPack("preview", "everything");
      expect(status, output).to.equal(0);
      expect(output).to.contain("lambda-networking@");
      expect(output).not.to.contain("[mandatory]");
    },
  ],
  [
    "a budget of $1 is advice, and no more",
    async () => {
      const config = join(folder, "policy-config.json");
      writeFileSync(config, JSON.stringify({ "cost-forecast": { monthlyBudget: 1 } }));
      const { status, output } = await withPack("preview", "prod", "--policy-pack-config", config);
      expect(status, output).to.equal(0);
      expect(output).to.match(/\[advisory\].*cost-forecast/);
      expect(output).to.contain("The budget is $1.00.");
    },
  ],
  [
    "a rule for the wrong port stops the preview",
    async () => {
      writeFileSync(join(folder, "break.ts"), BREAK);
      writeFileSync(join(folder, "broken.ts"), 'import "./break.js";\nexport * from "./index.js";\n');
      setMain("broken.ts");
      expectStopped(await withPack("preview", "prod"));
    },
  ],
  [
    "and the update, before anything is deployed",
    async () => {
      expectStopped(await withPack("up", "prod", "--yes"));
      expect(await resources()).to.deep.equal([]);
    },
  ],
  [
    "an alias that does not wait for its way stops the preview",
    async () => {
      writeFileSync(join(folder, "break.ts"), EARLY);
      const { status, output } = await withPack("preview", "prod");
      writeFileSync(join(folder, "break.ts"), BREAK);
      expect(status, output).not.to.equal(0);
      expect(output).to.match(/\[mandatory\].*network-order .*Alias: fetcher-live\)/);
      expect(output).to.contain("fetcher-to-ssm (SecurityGroupEgressRule)");
      expect(output).not.to.contain("network-intents-hold");
    },
  ],
  [
    "fixed, prod is deployed",
    async () => {
      setMain("index.ts");
      expectPass(await withPack("up", "prod", "--yes"));
    },
  ],
  ["and passes a preview afterwards", async () => expectPass(await withPack("preview", "prod"))],
  [
    "what is deployed has the verdicts that the preview had",
    async () => {
      const { stdout } = await pulumi(folder, "stack", "export", "--stack", "prod");
      const proofs = proofReports(graphFromResources(resourcesFromExport(JSON.parse(stdout))));
      expect(proofs.filter(({ ok }) => !ok).map(({ id }) => id)).to.deep.equal([]);
      expect(proofs).not.to.deep.equal([]);
    },
  ],
  [
    "the same break stops the next update, and changes nothing",
    async () => {
      const before = await resources();
      setMain("broken.ts");
      expectStopped(await withPack("up", "prod", "--yes"));
      expect((await resources()).length).to.equal(before.length);
    },
  ],
  [
    "prod goes",
    async () => {
      await pulumi(folder, "destroy", "--stack", "prod", "--yes", "--skip-preview");
    },
  ],
];

let passed = 0;
let failed = 0;
for (const [title, step] of STEPS) {
  try {
    await step();
    passed += 1;
    console.log(`  ok    ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`  FAIL  ${title}\n${String(error instanceof Error ? error.message : error)}`);
    break; // later steps build on what this step deployed
  }
}
removeWorkspaces();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
