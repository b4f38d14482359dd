import { expect } from "chai";
import { graphFromResources, resourcesFromExport, type SourceResource } from "../../preflight/graph/index.js";
import { parsePlace } from "../../preflight/reachability/index.js";
import { trace } from "../../preflight/reachability/trace/trace.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { change, type Mutation, without } from "../support/mutations.js";
import { exportOf } from "../support/stack-export.js";
import { build, pick, synthesisOf } from "../support/stacks.js";

const BUCKET = "arn:aws:s3:::uploads";
const TOPIC = "arn:aws:sns:eu-west-1:444455556666:orders";
const SETTINGS = {
  function: {
    invokers: {
      partner: { principal: "444455556666" },
      uploads: { principal: "s3.amazonaws.com", sourceAccount: "444455556666", sourceArn: BUCKET },
      orders: { principal: "sns.amazonaws.com", sourceAccount: "444455556666", sourceArn: TOPIC },
    },
  },
};

const PARTNER = "account 444455556666 reach fetcher";
const UPLOADS = `s3.amazonaws.com for ${BUCKET} reach fetcher`;
const ORDERS = `sns.amazonaws.com for ${TOPIC} reach fetcher`;
const OTHERS = "another account not-reach fetcher";
const OTHER_BUCKETS = "s3.amazonaws.com for another account not-reach fetcher";
const OTHER_TOPICS = "sns.amazonaws.com for another account not-reach fetcher";

const permission = (
  name: string,
  edit: (properties: Record<string, unknown>) => Record<string, unknown>,
): Mutation => change(`fetcher-invoker-${name}`, ":Permission", edit);

/** A permission that somebody adds. */
const added =
  (properties: Record<string, unknown>): Mutation =>
  (resources) => {
    const own = resources.find(({ name }) => name === "fetcher-invoker-partner");
    if (own === undefined) throw new Error("no such permission");
    const { principal: _, ...rest } = own.properties;
    return [
      ...resources,
      { ...own, urn: `${own.urn}-more`, name: "more", properties: { ...rest, ...properties } },
    ];
  };

const CASES: readonly (readonly [title: string, mutation: Mutation, fails: readonly string[]])[] = [
  ["an account's permission that is gone", without("fetcher-invoker-partner", ":Permission"), [PARTNER]],
  ["a service's permission that is gone", without("fetcher-invoker-uploads", ":Permission"), [UPLOADS]],
  ["a permission for everybody", added({ principal: "*" }), [OTHERS, OTHER_BUCKETS, OTHER_TOPICS]],
  ["a permission for a third account", added({ principal: "777788889999" }), [OTHERS]],
  [
    "a permission for a role of a third account",
    added({ principal: "arn:aws:iam::777788889999:role/stranger" }),
    [OTHERS],
  ],
  ["a permission for an organization", added({ principal: "*", principalOrgId: "o-1234567890" }), [OTHERS]],
  [
    "a permission for everybody through an organization that is not known",
    added({ principal: undefined }),
    [OTHERS, OTHER_BUCKETS, OTHER_TOPICS],
  ],
  [
    "a permission without its source's account",
    permission("uploads", () => ({ sourceAccount: undefined })),
    [OTHER_BUCKETS],
  ],
  [
    "a permission without any source",
    permission("orders", () => ({ sourceAccount: undefined, sourceArn: undefined })),
    [OTHER_TOPICS],
  ],
  [
    "a permission without its source's account, which the ARN has too",
    permission("orders", () => ({ sourceAccount: undefined })),
    [],
  ],
  [
    "a permission for every account's topics",
    permission("orders", () => ({ sourceAccount: undefined, sourceArn: "arn:aws:sns:eu-west-1:*:orders" })),
    [OTHER_TOPICS],
  ],
  [
    "a permission for another bucket",
    permission("uploads", () => ({ sourceArn: "arn:aws:s3:::downloads" })),
    [UPLOADS],
  ],
  [
    "a permission for another action",
    permission("partner", () => ({ action: "lambda:GetFunction" })),
    [PARTNER],
  ],
  [
    "a function that never runs",
    change("fetcher-function", "/function:Function", () => ({ reservedConcurrentExecutions: 0 })),
    [PARTNER, UPLOADS, ORDERS],
  ],
];

const proofs = (resources: readonly SourceResource[]) =>
  proofReports(graphFromResources(resources)).filter(({ to }) => to === "fetcher");
const nameOf = ({ from, must, to }: { from: string; must: string; to: string }) => `${from} ${must} ${to}`;

describe("function.invokers", () => {
  it("become permissions of the alias, with account and ARN for services", async () => {
    const resources = await build("dev", SETTINGS);
    const alias = resources.one("lambda/alias:Alias");
    const permissions = resources
      .ofType("lambda/permission:Permission")
      .filter(({ name }) => name.startsWith("fetcher-invoker-"))
      .map((each) => pick(each, "principal", "sourceAccount", "sourceArn", "qualifier"));
    const qualifier = alias.properties.name;
    expect(permissions).to.deep.equal([
      { principal: "444455556666", sourceAccount: undefined, sourceArn: undefined, qualifier },
      { principal: "s3.amazonaws.com", sourceAccount: "444455556666", sourceArn: BUCKET, qualifier },
      { principal: "sns.amazonaws.com", sourceAccount: "444455556666", sourceArn: TOPIC, qualifier },
    ]);
  });

  for (const stack of ["dev", "prod"]) {
    it(`are proved in ${stack}, and nobody else, also in an export`, async () => {
      const synthesis = await synthesisOf(stack, SETTINGS);
      const found = proofs(synthesis.resources);
      expect(found.filter(({ ok }) => !ok)).to.deep.equal([]);
      expect(found.map(nameOf)).to.include.members([
        PARTNER,
        UPLOADS,
        ORDERS,
        OTHERS,
        OTHER_BUCKETS,
        OTHER_TOPICS,
      ]);
      const exported = graphFromResources(resourcesFromExport(exportOf(synthesis)));
      expect(proofReports(exported).filter(({ ok }) => !ok)).to.deep.equal([]);
    });
  }

  for (const [title, mutation, fails] of CASES) {
    it(`fail the affected proofs after ${title}`, async () => {
      const { resources } = await synthesisOf("dev", SETTINGS);
      const failed = proofs(mutation(resources)).filter(({ ok }) => !ok);
      expect(failed.map(nameOf)).to.have.members(fails);
    });
  }

  it("can be asked for by name", async () => {
    const { resources } = await synthesisOf("dev", SETTINGS);
    const graph = graphFromResources(resources);
    const status = (from: string) =>
      trace(graph, parsePlace(from, graph), parsePlace("fetcher", graph)).status;
    expect(status("account 444455556666")).to.equal("reachable");
    expect(status("account:777788889999")).to.equal("blocked");
    expect(status("another account")).to.equal("reachable"); // the partner is one, as long as it is not excepted
    expect(status(`s3.amazonaws.com for ${BUCKET} of 444455556666`)).to.equal("reachable");
    expect(status(`s3.amazonaws.com for ${BUCKET}`)).to.equal("unknown");
    expect(status("s3.amazonaws.com for another account")).to.equal("blocked");
  });
});
