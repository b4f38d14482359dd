import { expect } from "chai";
import { getMessages, tableNames } from "./lab/aws.js";
import { CodeDeploy } from "./lab/codedeploy.js";
import {
  configure,
  copyProgram,
  endpoints,
  linkModules,
  lost,
  outputsOf,
  pulumi,
  tryPulumi,
  up,
} from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

/** Two stacks whose names have everything that `pulumi stack init` allows, and differ in a capital letter only. */
const LONG = `_eu-west.v1.2-${"x".repeat(80)}`.slice(0, 98);
const STACKS = [`Qa${LONG}`, `qa${LONG}`];

describe("stacks with names that AWS's services refuse", () => {
  const folder = copyProgram("names");
  let codeDeploy: CodeDeploy;

  before(async () => {
    codeDeploy = await CodeDeploy.start(); // the emulator cannot delete an application
    endpoints.AWS_ENDPOINT_URL_CODEDEPLOY = codeDeploy.url;
    linkModules(folder);
    for (const [i, stack] of STACKS.entries()) {
      await pulumi(folder, "stack", "init", stack);
      configure(folder, stack, {
        networking: "public",
        function: { ...KNOWN_RUNTIME, release: "Canary10Percent5Minutes" },
        parameters: { path: `/names/${i}`, values: { greeting: `hello from ${i}` } },
        api: { stageName: "blue-green", metrics: false, tracing: false },
        messageStore: { pointInTimeRecovery: false },
        logPipeline: { codePipelineNotifications: { states: ["FAILED"] } },
        watching: { queries: false, emails: ["a.b@example.com", "a-b@example.com"] },
      });
    }
  });

  after(async () => {
    for (const stack of STACKS) await pulumi(folder, "destroy", "--stack", stack, "--yes", "--skip-preview");
    delete endpoints.AWS_ENDPOINT_URL_CODEDEPLOY;
    codeDeploy.stop();
  });

  it("are refused before anything is made if they name a key of another Region", async () => {
    const [stack = ""] = STACKS;
    const key = "arn:aws:kms:us-east-1:000000000000:key/1234abcd";
    configure(folder, stack, { database: undefined, kmsKey: key });
    const { status, output } = await tryPulumi(folder, "up", "--stack", stack, "--yes", "--skip-preview");
    configure(folder, stack, { kmsKey: undefined });
    expect(status).not.to.equal(0);
    expect(output).to.contain(`kmsKey: "${key}". The stack's Region (aws:region) is eu-west-1.`);
    expect(output).not.to.match(/aws:\w+:\w+.*created/);
  });

  it("are deployed side by side, each with resources of its own", async () => {
    const outputs = [];
    for (const stack of STACKS) {
      expect(lost(await up(folder, stack))).to.deep.equal([]);
      outputs.push(await outputsOf(folder, stack));
    }
    for (const [i, { apiId }] of outputs.entries()) {
      expect(await getMessages(apiId, "blue-green")).to.deep.equal({
        status: 200,
        body: { messages: { greeting: `hello from ${i}` } },
      });
    }
    const own = outputs.map(({ logTopicArn, alarmTopicArn, codeDeployApplicationName }) => [
      logTopicArn,
      alarmTopicArn,
      codeDeployApplicationName,
    ]);
    expect(new Set(own.flat()).size).to.equal(6);
    const tables = (await tableNames()).filter((name) => /-[Qq]a[_-]eu/.test(name));
    expect(tables).to.have.length(2);
  });
});
