import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { graphFromResources } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { followPage } from "../support/own-function-page.js";
import { call, callStage, logged } from "./lab/aws.js";
import { eventually, makeQueue, receive, subscribe } from "./lab/pipeline.js";
import { configure, copyProgram, exported, linkModules, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

// All three are deployed side by side, because most of the time they wait for AWS.
describe("the examples, and the function of docs/your-function.md", () => {
  const copy = copyProgram("examples");
  const page = copyProgram("own-function");
  const stacks = {
    vpc: { folder: join(copy, "examples/vpc-and-endpoint"), stack: "dev" },
    example: { folder: join(copy, "examples/own-function"), stack: "dev" },
    page: { folder: page, stack: "own" },
  } as const;

  /** What the stack's components claim and is not proved of what is deployed. */
  async function brokenProofs({ folder, stack }: (typeof stacks)[keyof typeof stacks]): Promise<string[]> {
    const proofs = proofReports(graphFromResources(await exported(folder, stack)));
    expect(proofs).not.to.be.empty;
    return proofs.filter(({ ok }) => !ok).map(({ id }) => id);
  }

  const outputOf = async ({ folder, stack }: (typeof stacks)[keyof typeof stacks]) =>
    JSON.parse((await pulumi(folder, "stack", "output", "--stack", stack, "--json")).stdout);

  before(async () => {
    linkModules(copy);
    linkModules(page);
    followPage(page);
    // What the page leaves to its reader: an output to subscribe to.
    appendFileSync(join(page, "index.ts"), "\nexport const placedArn = placed.arn;\n");
    configure(page, "own", {
      networking: "public",
      function: KNOWN_RUNTIME,
      parameters: { path: "/lambda-networking/own" },
      keepData: false,
    });
    for (const { folder, stack } of Object.values(stacks)) await pulumi(folder, "stack", "init", stack);
    await Promise.all(Object.values(stacks).map(({ folder, stack }) => up(folder, stack)));
  });

  it("keep their intents once they are deployed", async () => {
    expect(await brokenProofs(stacks.vpc)).to.deep.equal([]);
    expect(await brokenProofs(stacks.page)).to.deep.equal([]);
    // The emulator forgets a function's file system, so it is not known which access point the function uses.
    expect(await brokenProofs(stacks.example)).to.deep.equal(["orders reach files-files (FileSystem):2049"]);
  });

  it("work on a message of the queue, and look for files where they are mounted", async () => {
    const { queueUrl, functionName } = await outputOf(stacks.example);
    await call("sqs", "AmazonSQS.SendMessage", { QueueUrl: queueUrl, MessageBody: '{"id":"order-1"}' });
    // The emulator mounts nothing.
    await eventually("a record of the file that is not there", 30, async () =>
      (await logged(functionName)).includes("/mnt/files/orders.jsonl") ? true : undefined,
    );
  });

  it("answer the page's route, with what the page's function uses", async () => {
    const { placedArn } = await outputOf(stacks.page);
    const { apiId } = await outputsOf(page, "own");
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
    await Promise.all(
      Object.values(stacks).map(({ folder, stack }) =>
        pulumi(folder, "destroy", "--stack", stack, "--yes", "--skip-preview"),
      ),
    );
  });
});
