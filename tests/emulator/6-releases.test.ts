import { expect } from "chai";
import { awsServices } from "../../components/function/release/aws-services.js";
import { rollBack } from "../../components/function/release/roll-back.js";
import { getMessages, publishedVersions } from "./lab/aws.js";
import { eventually, makeQueue, receive, subscribe } from "./lab/pipeline.js";
import {
  configure,
  copyProgram,
  linkModules,
  type Outputs,
  outputsOf,
  pulumi,
  REGION,
  up,
} from "./lab/project.js";
import {
  alarms,
  aliasVersion,
  bucketSettings,
  dashboard,
  functionSettings,
  publishLayer,
  setAlarmState,
} from "./lab/releases.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "releases";

/** The tested version of the emulator's plugin accepts no form of these rules that Pulumi writes. */
const WITHOUT = ["--exclude", "**bucketLifecycleConfiguration**"];
const FUNCTION = {
  ...KNOWN_RUNTIME,
  codeBucket: true,
  ephemeralStorage: 1024,
  reservedConcurrency: 5,
  provisionedConcurrency: 1,
};

describe("releases and alarms", () => {
  const folder = copyProgram("releases");
  let outputs: Outputs;
  let layer = "";

  const settings = (colour: string, more: object = {}) =>
    configure(folder, STACK, {
      networking: "public",
      function: { ...FUNCTION, layers: [layer], environment: { COLOUR: colour }, ...more },
      parameters: { path: `/lambda-networking/${STACK}`, values: { greeting: "hello" } },
      watching: { emails: ["ops@example.com"], queries: false }, // The emulator does not support queries.
    });

  before(async () => {
    linkModules(folder);
    layer = await publishLayer("tools");
    settings("blue");
    await pulumi(folder, "stack", "init", STACK);
    await up(folder, STACK, ...WITHOUT);
    outputs = await outputsOf(folder, STACK);
  });

  after(() => pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview"));

  it("upload the function's code to a bucket that is versioned, encrypted and closed", async () => {
    const { versioning, encryption, block, policy, keys } = await bucketSettings(
      `lambda-networking-${STACK}-code-eu-west-1-000000000000`,
    );
    expect(versioning).to.contain("<Status>Enabled</Status>");
    expect(encryption).to.contain("<SSEAlgorithm>AES256</SSEAlgorithm>");
    for (const flag of [
      "BlockPublicAcls",
      "BlockPublicPolicy",
      "IgnorePublicAcls",
      "RestrictPublicBuckets",
    ]) {
      expect(block).to.contain(`<${flag}>true</${flag}>`);
    }
    expect(policy.Statement).to.have.length(1);
    expect(policy.Statement[0]).to.deep.include({
      Effect: "Deny",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(keys).to.deep.equal(["fetcher.zip"]);
    expect(await getMessages(outputs.apiId)).to.deep.equal({
      status: 200,
      body: { messages: { greeting: "hello" } },
    });
  });

  it("set the function's storage, variables and provisioned environments", async () => {
    const found = await functionSettings(outputs.functionName);
    expect(found).to.deep.include({
      storage: 1024,
      colour: "blue",
      layers: [layer],
      reserved: 5,
      provisioned: 1,
    });
  });

  it("move callers to the new version at once by default", async () => {
    expect(await aliasVersion(outputs.functionName)).to.equal("1");
    settings("green");
    await up(folder, STACK, ...WITHOUT);
    expect((await outputsOf(folder, STACK)).functionVersion).to.equal("2");
    expect(await aliasVersion(outputs.functionName)).to.equal("2");
  });

  it("keep the versions that work, and send callers back to one", async () => {
    const { functionName } = outputs;
    expect(await publishedVersions(functionName)).to.deep.equal(["1", "2"]);
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const target = { functionName, alias: "live", newest: "2" };
    await rollBack(awsServices({ region: REGION, credentials }), target, "1");
    expect(await aliasVersion(functionName)).to.equal("1");
    settings("red", { versionsToKeep: 1 });
    await up(folder, STACK, ...WITHOUT);
    expect(await aliasVersion(functionName)).to.equal("3");
    expect(await publishedVersions(functionName)).to.deep.equal(["2", "3"]);
  });

  it("create alarms of the function and the API, and a dashboard", async () => {
    const found = await alarms();
    const names = ["api-5xx", "fetcher-duration", "fetcher-errors", "fetcher-throttles"];
    expect(found.map(({ name }) => name.replace(/^watching-(.*)-[0-9a-f]{7}$/, "$1")).sort()).to.deep.equal(
      names,
    );
    for (const { actions } of found) expect(actions).to.deep.equal([outputs.alarmTopicArn]);
    const { widgets } = await dashboard(`lambda-networking-${STACK}-${REGION}`);
    expect(widgets[0]?.properties.alarms).to.have.length(found.length);
    const titles = widgets.map(({ properties }) => properties.title);
    expect(titles).to.include.members(["fetcher: invocations", "api: calls"]);
  });

  it("notify the topic of an alarm", async () => {
    const queue = await makeQueue("told");
    await subscribe(outputs.alarmTopicArn, queue.arn);
    const [{ name } = { name: "" }] = await alarms();
    await setAlarmState(name, "ALARM");
    const { body } = await eventually("an alarm", 60, () => receive(queue.url));
    expect(JSON.stringify(body)).to.contain(name);
  });
});
