import { expect } from "chai";
import { type Graph, graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { checkOrder } from "../../preflight/order/check-order.js";
import { parsePlace, trace } from "../../preflight/reachability/index.js";
import { viewStack } from "../../preflight/sources/policy-engine/stack-view.js";
import { engineResources, stackOf } from "../policy/support.js";
import { exportOf } from "../support/stack-export.js";
import type { Settings } from "../support/stacks.js";

const DOOR = {
  domainName: "api.example.com",
  certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab",
  routes: [
    { path: "/messages" },
    { path: "/direct", function: true },
    { path: "/pets", api: { id: "a1b2c3d4e5", stage: "prod" }, stripPrefix: true },
  ],
};
const PUBLIC: Settings = {
  frontDoor: { ...DOOR, scheme: "internet-facing", allowFrom: ["0.0.0.0/0"] },
};
const INTERNAL: Settings = { frontDoor: { ...DOOR, allowFrom: ["privateSubnets"] } };
/** Routes that lead to the API and nowhere else. */
const ALONE: Settings = {
  frontDoor: { ...DOOR, routes: [{ path: "/x", stripPrefix: true }], allowFrom: ["privateSubnets"] },
};

/** NGINX chooses the API, but for the function's route. */
const PROXY: Settings = {
  frontDoor: {
    ...DOOR,
    kind: "proxy",
    allowFrom: ["privateSubnets"],
    proxy: { image: `public.ecr.aws/nginx/nginx-unprivileged@sha256:${"0".repeat(64)}` },
  },
};

const VIA = "GET /messages via front-door";

/** Questions about a front door with their answers, which every source of resources has to give. */
const QUESTIONS: readonly [what: string, settings: Settings, answers: Readonly<Record<string, string>>][] = [
  [
    "internet-facing",
    PUBLIC,
    {
      [`internet -> ${VIA}`]: "reachable",
      "internet -> GET /messages directly": "API_PRIVATE_REQUIRES_VPCE",
      "internet -> GET /messages": "reachable",
      "internet -> fetcher": "reachable",
      "front-door -> GET /messages": "reachable",
      "front-door -> fetcher": "reachable",
      "front-door -> private subnets": "ENI_SG_RULES_MISMATCH",
      "front-door -> ssm-endpoint": "ENI_SG_RULES_MISMATCH",
      "front-door -> internet": "ENI_SG_RULES_MISMATCH",
    },
  ],
  [
    "internal",
    INTERNAL,
    {
      [`vpc-private-a -> ${VIA}`]: "reachable",
      [`internet -> ${VIA}`]: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
      "internet -> GET /messages": "API_PRIVATE_REQUIRES_VPCE",
      [`fetcher -> ${VIA}`]: "ENI_SG_RULES_MISMATCH",
    },
  ],
  [
    "with a prefix that is taken off",
    ALONE,
    {
      [`vpc-private-b -> ${VIA}`]: "reachable",
      "front-door -> fetcher": "NO_SOURCE_OR_DESTINATION",
      "front-door -> another API": "VPCE_POLICY_DENIES ELBV2_RULE_LEADS_TO_OTHER_API",
    },
  ],
  [
    "of kind proxy",
    PROXY,
    {
      [`vpc-private-a -> ${VIA}`]: "reachable",
      "front-door -> GET /messages": "reachable",
      "front-door -> fetcher": "reachable",
      "front-door -> another API": "VPCE_POLICY_DENIES ELBV2_RULE_LEADS_TO_OTHER_API",
      "front-door -> ssm-endpoint": "ENI_SG_RULES_MISMATCH",
      "front-door -> internet": "ENI_SG_RULES_MISMATCH",
      "internet -> front-door-proxy": "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    },
  ],
];

function answer(graph: Graph, question: string): string {
  const [from = "", to = ""] = question.split(" -> ");
  const verdict = trace(graph, parsePlace(from, graph), parsePlace(to, graph));
  if (verdict.status === "unknown") return `unknown: ${verdict.reason}`;
  return verdict.status === "blocked" ? verdict.code : verdict.status;
}

const SOURCES: Readonly<Record<string, (settings: Settings) => Promise<Graph>>> = {
  "the mocks": async (settings) => graphFromResources((await stackOf("prod", false, settings)).resources),
  "a first preview": async (settings) =>
    viewStack(engineResources((await stackOf("prod", true, settings)).resources, true)).graph,
  "an update": async (settings) =>
    viewStack(engineResources((await stackOf("prod", false, settings)).resources, false)).graph,
  "an export": async (settings) => {
    const json: unknown = JSON.parse(JSON.stringify(exportOf(await stackOf("prod", false, settings))));
    return graphFromResources(resourcesFromExport(json));
  },
};

describe("checkOrder of a stack with a front door", () => {
  for (const [what, settings] of QUESTIONS) {
    it(`finds every path complete before its rule leads there, ${what}`, async () => {
      const graph = graphFromResources((await stackOf("prod", false, settings)).resources);
      const { late, paths } = checkOrder(graph);
      expect(paths).to.be.greaterThan(0);
      expect(
        late.map(({ user, late: missing }) => `${user.name}: ${missing.map(({ ref }) => ref.name).join()}`),
      ).to.deep.equal([]);
    });
  }

  it("finds a target group that is registered after the rule that leads to it", async () => {
    const { resources } = await stackOf("prod", false, PUBLIC);
    const isAttachment = ({ type }: { readonly type: string }) => type.includes(":TargetGroupAttachment");
    const attachments = new Set(resources.filter(isAttachment).map(({ urn }) => urn));
    const late = resources.map((resource) => ({
      ...resource,
      dependencies: resource.dependencies.filter((urn) => !attachments.has(urn)),
    }));
    const names = checkOrder(graphFromResources(late)).late.flatMap(({ late: missing }) =>
      missing.map(({ ref }) => ref.name),
    );
    expect(names).to.include("front-door-endpoint-a");
  });
});

for (const [what, settings, answers] of QUESTIONS) {
  describe(`trace of a front door, ${what}`, () => {
    for (const [source, graphOf] of Object.entries(SOURCES)) {
      it(`gives the same answers from ${source}`, async () => {
        const graph = await graphOf(settings);
        for (const [question, expected] of Object.entries(answers)) {
          const found = answer(graph, question);
          expect(expected.split(" "), `${question}: ${found}`).to.include(found);
        }
      });
    }
  });
}
