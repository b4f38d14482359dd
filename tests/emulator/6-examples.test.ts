import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { graphFromResources } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { followPage } from "../support/own-function-page.js";
import { call, callStage, logged } from "./lab/aws.js";
import { eventually, makeQueue, receive, subscribe } from "./lab/pipeline.js";
import { configure, copyProgram, exported, linkModules, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const copy = copyProgram("examples");
linkModules(copy);

/** What the stack's components claim and is not proved of what is deployed. */
async function brokenProofs(folder: string, stack: string): Promise<string[]> {
  const proofs = proofReports(graphFromResources(await exported(folder, stack)));
  expect(proofs).not.to.be.empty;
  return proofs.filter(({ ok }) => !ok).map(({ id }) => id);
}

for (const name of ["vpc-and-endpoint", "own-function"]) {
  describe(`examples/${name}`, () => {
    const folder = join(copy, "examples", name);

    before(async () => {
      await pulumi(folder, "stack", "init", "dev");
      await up(folder, "dev");
    });

    it("keeps its intents once it is deployed", async () => {
      // The emulator forgets a function's file system, so it is not known which access point the function uses.
      const forgotten = name === "own-function" ? ["orders reach files-files (FileSystem):2049"] : [];
      expect(await brokenProofs(folder, "dev")).to.deep.equal(forgotten);
    });

    if (name === "own-function") {
      it("works on a message of its queue, and looks for its files where they are mounted", async () => {
        const { stdout } = await pulumi(folder, "stack", "output", "--stack", "dev", "--json");
        const { queueUrl } = JSON.parse(stdout);
        await call("sqs", "AmazonSQS.SendMessage", { QueueUrl: queueUrl, MessageBody: '{"id":"order-1"}' });
        // The emulator mounts nothing.
        await eventually("a record of the file that is not there", 30, async () =>
          (await logged("own-function-dev-orders")).includes("/mnt/files/orders.jsonl") ? true : undefined,
        );
      });
    }

    after(async () => {
      await pulumi(folder, "destroy", "--stack", "dev", "--yes", "--skip-preview");
    });
  });
}

describe("the function of docs/your-function.md", () => {
  const STACK = "own";
  const folder = copyProgram("own-function");

  before(async () => {
    linkModules(folder);
    followPage(folder);
    // What the page leaves to its reader: an output to subscribe to.
    writeFileSync(join(folder, "index.ts"), "\nexport const placedArn = placed.arn;\n", { flag: "a" });
    configure(folder, STACK, {
      networking: "public",
      function: KNOWN_RUNTIME,
      parameters: { path: `/lambda-networking/${STACK}` },
      keepData: false,
    });
    await pulumi(folder, "stack", "init", STACK);
    await up(folder, STACK);
  });

  it("keeps its intents once it is deployed", async () => {
    expect(await brokenProofs(folder, STACK)).to.deep.equal([]);
  });

  it("answers its route, and uses what it declares", async () => {
    const { stdout } = await pulumi(folder, "stack", "output", "--stack", STACK, "--json");
    const { placedArn } = JSON.parse(stdout);
    const { apiId } = await outputsOf(folder, STACK);
    const queue = await makeQueue("orders-subscriber");
    await subscribe(placedArn, queue.arn);
    const response = await callStage(apiId, "/orders", { method: "POST", body: '{"id":"order-1"}' });
    expect({ status: response.status, body: await response.json() }).to.deep.equal({
      status: 202,
      body: { accepted: true },
    });
    const { body } = await eventually("the order", 20, () => receive(queue.url));
    expect(body).to.have.property("Message", '{"id":"order-1"}');
  });

  after(async () => {
    await pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview");
  });
});
