import { expect } from "chai";
import { graphFromResources } from "../../../../preflight/graph/index.js";
import type { PinnedIntent } from "../../../../preflight/intents.js";
import { openMethods } from "../../../../preflight/reachability/index.js";
import { buildReport } from "../../../../preflight/report/build/report.js";
import { markdownReport } from "../../../../preflight/report/text/markdown.js";
import { terminalReport } from "../../../../preflight/report/text/terminal.js";
import { change } from "../../../support/mutations.js";
import { type Settings, synthesisOf } from "../../../support/stacks.js";

const pin = (to: string, more: Partial<PinnedIntent> = {}): PinnedIntent => ({
  from: "internet",
  to,
  must: "reach",
  reason: "developers call it from anywhere",
  pinnedIn: "intents.yaml:3",
  ...more,
});

async function graphOf(stack: string, settings: Settings = {}) {
  return graphFromResources((await synthesisOf(stack, settings)).resources);
}
const open = async (stack: string, settings: Settings = {}, pins: readonly PinnedIntent[] = []) =>
  openMethods(await graphOf(stack, settings), pins);
const names = (methods: Awaited<ReturnType<typeof open>>) =>
  methods.map(({ method, meant }) => `${method}${meant === undefined ? "" : ` (${meant.where})`}`);

const STORE = { messageStore: {} };
const method = (authorization: string, more: object = {}) => ({
  api: { methods: { "GET /messages": { authorization, ...more } } },
});
const pool = (settings: object) => ({
  api: {
    authorizers: { users: { userPool: settings } },
    methods: { "GET /messages": { authorization: "users" } },
  },
});

describe("openMethods", () => {
  it("names each method that everybody may call, with what it reads and writes", async () => {
    const found = await open("dev", STORE);
    expect(names(found)).to.have.members(["GET /messages", "GET /messages/{id}", "POST /messages"]);
    const does = Object.fromEntries(found.map((each) => [each.method, each.does.join()]));
    expect(does["GET /messages"]).to.match(/^reads ssm:GetParametersByPath on arn:aws:ssm:.*:parameter\//);
    expect(does["GET /messages/{id}"]).to.match(/^reads dynamodb:(GetItem|Query) on /);
    expect(does["POST /messages"]).to.match(/^writes dynamodb:PutItem on /);
  });

  it("names none that a signature, an authorizer or the network keeps", async () => {
    expect(names(await open("dev", method("AWS_IAM")))).to.deep.equal([]);
    expect(names(await open("dev", pool({})))).to.deep.equal([]);
    expect(names(await open("prod", STORE))).to.deep.equal([]);
  });

  it("names those with an API key, which is no proof, and not OPTIONS of CORS", async () => {
    const settings = {
      api: {
        cors: { allowOrigin: "*" },
        methods: { "GET /messages": { apiKeyRequired: true } },
        usagePlans: { gold: { keys: ["alice"] } },
      },
    };
    const found = await open("dev", settings);
    expect(names(found)).to.deep.equal(["GET /messages"]);
    expect(found[0]?.needsKey).to.equal(true);
  });

  it("names a method whose user pool anybody may sign up for", async () => {
    const [found] = await open("dev", pool({ selfSignUp: true }));
    expect(found).to.include({ method: "GET /messages", who: "whoever signs up" });
  });

  it("counts as meant what a pinned intent requires, or the configuration says", async () => {
    expect(names(await open("dev", STORE, [pin("GET /messages")]))).to.have.members([
      "GET /messages (intents.yaml:3)",
      "GET /messages/{id}",
      "POST /messages",
    ]);
    expect(names(await open("dev", { api: { openToInternet: true } }))).to.deep.equal([
      "GET /messages (openToInternet)",
    ]);
    const signUp = pool({ selfSignUp: true });
    expect(names(await open("dev", signUp, [pin("GET /messages")]))).to.deep.equal(["GET /messages"]);
    expect(names(await open("dev", signUp, [pin("GET /messages with a token")]))).to.deep.equal([
      "GET /messages (intents.yaml:3)",
    ]);
  });

  it("does not count as meant what other pinned intents say", async () => {
    const others = [
      pin("GET /messages", { must: "not-reach" }),
      pin("POST /messages"),
      pin("GET /nowhere"),
      pin("fetcher"),
      pin("GET /messages", { from: "fetcher" }),
    ];
    expect(names(await open("dev", {}, others))).to.deep.equal(["GET /messages"]);
  });

  it("names a method that lost its authorization by hand", async () => {
    const { resources } = await synthesisOf("dev", method("AWS_IAM"));
    const opened = change("api-get-messages", "/method:Method", () => ({ authorization: "NONE" }))(resources);
    expect(names(openMethods(graphFromResources(opened)))).to.deep.equal(["GET /messages"]);
  });
});

describe("the report of a public stack", () => {
  const args = {
    project: "lambda-networking",
    stack: "dev",
    region: "eu-west-1",
    source: "synthesis",
  } as const;

  it("warns with the fix, in the terminal and in Markdown, and says in one line what is meant", async () => {
    const report = buildReport(await graphOf("dev", STORE), { ...args, pins: [pin("GET /messages")] });
    const terminal = terminalReport(report).replace(/\s+/g, " ");
    expect(terminal).to.include(
      "WARNING POST /messages is open to everybody on the internet: it writes dynamodb:PutItem",
    );
    expect(terminal).to.include(
      "In the configuration: api.methods.POST /messages.authorization, or api.openToInternet: true.",
    );
    expect(terminal).to.include("(meant, intents.yaml:3: developers call it from anywhere)");
    expect(markdownReport(report)).to.include(
      "- **Warning:** POST /messages is open to everybody on the internet",
    );
  });

  it("says nothing of a private stack", async () => {
    const report = buildReport(await graphOf("prod"), { ...args, stack: "prod" });
    expect(report.open).to.deep.equal([]);
    expect(terminalReport(report)).not.to.match(/WARNING|open to/);
  });
});
