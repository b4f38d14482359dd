import { expect } from "chai";
import { lambdaRoute } from "../../components/api/routes/lambda-route.js";
import { DataRetention } from "../../components/base/data-retention.js";
import { parseConfig } from "../../config/index.js";
import { graphFromResources } from "../../preflight/graph/index.js";
import { checkOrder } from "../../preflight/order/check-order.js";
import { proveIntents } from "../../preflight/reachability/index.js";
import { labelOf } from "../../preflight/reachability/places/parse-place.js";
import type { RecordedResource } from "../../preflight/sources/mocks/recorded-resource.js";
import { createApi } from "../../program/api.js";
import { createFrontDoor } from "../../program/front-door.js";
import { createFunction } from "../../program/function.js";
import { createNetwork } from "../../program/network.js";
import { createParameters } from "../../program/parameters.js";
import { record, TARGET } from "../support/components.js";
import { build, type Settings } from "../support/stacks.js";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab";
const ROUTES = [
  { path: "/messages" },
  { path: "/pets", api: { id: "a1b2c3d4e5", stage: "prod" }, stripPrefix: true },
];
const DIRECT = { path: "/direct", function: true };
const door = (settings: object): Settings => ({
  frontDoor: {
    domainName: "api.example.com",
    certificateArn: CERTIFICATE,
    allowFrom: ["privateSubnets"],
    routes: ROUTES,
    ...settings,
  },
});
const PUBLIC = { scheme: "internet-facing", allowFrom: ["0.0.0.0/0"] };

type Change = (resource: RecordedResource) => RecordedResource | undefined;

/** The proofs that fail after a change of the resources: `internet -> GET /messages`. */
async function failed(settings: Settings, change: Change = (resource) => resource): Promise<string[]> {
  const { all } = await build("prod", settings);
  const graph = graphFromResources(all.flatMap((resource) => change(resource) ?? []));
  return proveIntents(graph)
    .filter(({ ok }) => !ok)
    .map(({ intent: { from, to, must } }) => `${labelOf(from)} ${must} ${labelOf(to)}`);
}

const named = (name: string, change: Change): Change => {
  return (resource) => (resource.name === name ? change(resource) : resource);
};
const without = (name: string): Change => named(name, () => undefined);
const withInputs = (name: string, inputs: object): Change =>
  named(name, (resource) => ({ ...resource, properties: { ...resource.properties, ...inputs } }));

describe("createFrontDoor", () => {
  for (const [what, settings] of Object.entries({
    "for the private subnets": door({}),
    "for another network": door({ allowFrom: ["10.30.0.0/16"] }),
    "with a route to the function": door({ routes: [...ROUTES, DIRECT] }),
    "for the internet": door(PUBLIC),
    "for the internet, with a route to the function": door({ ...PUBLIC, routes: [DIRECT] }),
    "behind network ACLs": {
      ...door({ ...PUBLIC, routes: [...ROUTES, DIRECT] }),
      vpc: { cidrBlock: "10.20.0.0/16", availabilityZones: 2, nat: "perAz", networkAcls: true },
    },
    "for a part of the internet": door({ scheme: "internet-facing", allowFrom: ["203.0.113.0/24"] }),
    "for a peered VPC": {
      ...door({ allowFrom: ["10.40.0.0/16"], routes: [...ROUTES, DIRECT] }),
      api: {
        sharing: {
          peers: {
            shop: { vpcId: "vpc-0a1b2c3d", cidrBlock: "10.40.0.0/16", routeTableIds: ["rtb-0a1b2c3d"] },
          },
        },
      },
    },
    "with the message store": { ...door({ ...PUBLIC, routes: [{ path: "/" }] }), messageStore: {} },
  } satisfies Record<string, Settings>)) {
    it(`keeps every intent of the stack ${what}, and makes its paths in order`, async () => {
      expect(await failed(settings)).to.deep.equal([]);
      const { all } = await build("prod", settings);
      const { late } = checkOrder(graphFromResources(all));
      expect(
        late.map(({ user, late: missing }) => [user.name, missing.map(({ ref }) => ref.name)]),
      ).to.deep.equal([]);
    });
  }

  it("claims no unsigned call of a method whose authorization the program's code sets", async () => {
    const settings = {
      networking: "vpc",
      parameters: { path: "/orders" },
      ...door({ routes: [{ path: "/" }] }),
    };
    const { config, issues } = parseConfig(settings, "eu-west-1");
    if (config === undefined) throw new Error(JSON.stringify(issues));
    const { all } = await record(async () => {
      const at = { data: new DataRetention(false), target: TARGET };
      const network = await createNetwork(config, at);
      const fetcher = createFunction(config, { parameters: createParameters(config, at), network, ...at });
      const route = lambdaRoute({ method: "GET", path: "/orders", function: fetcher.lambda });
      const signed = { ...route, settings: { authorization: "AWS_IAM", apiKeyRequired: false } };
      const api = createApi(config, { fetcher, network, routes: [signed], ...at });
      await createFrontDoor(config, { network, api, fetcher, ...at });
    });
    const failures = proveIntents(graphFromResources(all)).filter(({ ok }) => !ok);
    expect(
      failures.map(({ intent }) => `${labelOf(intent.from)} ${intent.must} ${labelOf(intent.to)}`),
    ).to.deep.equal([]);
  });

  it("claims that the internet calls the API through it, and never directly", async () => {
    const { all } = await build("prod", door(PUBLIC));
    const proofs = proveIntents(graphFromResources(all)).map(
      ({ intent: { from, to, must } }) => `${labelOf(from)} ${must} ${labelOf(to)}`,
    );
    expect(proofs).to.include.members([
      "internet reach GET /messages via front-door",
      "internet not-reach GET /messages directly",
      "front-door reach GET /messages via front-door",
      "front-door not-reach internet",
    ]);
    expect(proofs.some((proof) => proof.startsWith("front-door not-reach another"))).to.equal(true);
  });

  const BROKEN: Readonly<Record<string, readonly [Change, readonly string[]]>> = {
    "its way to the endpoint is closed": [
      without("front-door-to-endpoint"),
      ["front-door reach GET /messages via front-door", "internet reach GET /messages via front-door"],
    ],
    "the endpoint does not admit it": [
      without("execute-api-from-front-door"),
      ["front-door reach GET /messages via front-door", "internet reach GET /messages via front-door"],
    ],
    "nobody is admitted": [
      without("front-door-https-from-0-0-0-0-0"),
      ["internet reach GET /messages via front-door"],
    ],
  };
  for (const [what, [change, expected]] of Object.entries(BROKEN)) {
    it(`finds that ${what}`, async () => {
      expect(await failed(door(PUBLIC), change)).to.have.members(expected);
    });
  }

  it("finds that a caller may choose another API by a header, or a rule leads to one", async () => {
    const header = await failed(door(PUBLIC), without("front-door-refuse-api-id"));
    expect(header).to.deep.equal([]); // the endpoint's policy still refuses it
    const { all } = await build("prod", door(PUBLIC));
    const rule = all.find(({ name }) => name.startsWith("front-door-pets-"));
    const other = await failed(
      door(PUBLIC),
      withInputs(rule?.name ?? "", {
        transforms: [
          {
            type: "host-header-rewrite",
            hostHeaderRewriteConfig: {
              rewrite: { regex: "^.*$", replace: "z9y8x7w6v5.execute-api.eu-west-1.amazonaws.com" },
            },
          },
        ],
      }),
    );
    expect(other).to.deep.equal([]); // likewise
    const open = (resource: RecordedResource) =>
      resource.name === "api-endpoint-policy" || resource.name === "front-door-refuse-api-id"
        ? undefined
        : resource;
    expect((await failed(door(PUBLIC), open)).join()).to.contain("front-door not-reach another");
  });

  it("finds that the load balancer may not invoke the function", async () => {
    const sourceArn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/other/1";
    const found = await failed(door({ routes: [DIRECT] }), withInputs("front-door-function", { sourceArn }));
    expect(found).to.include("front-door reach fetcher");
  });
});
