import { expect } from "chai";
import { graphFromResources, type Intent, type Place } from "../../../preflight/graph/index.js";
import { CreationOrder } from "../../../preflight/order/creation-order.js";
import { usersOf } from "../../../preflight/order/users.js";
import { parsePlace } from "../../../preflight/reachability/index.js";
import { ACCOUNT, REGION, type ShortType, Stack, urnOf } from "../graph/fixtures.js";
import { frontDoorStack } from "../reachability/load-balancers/front-door.js";

type Wait = readonly [type: ShortType, name: string];

const waits = (...on: readonly Wait[]) => ({ dependencies: on.map((wait) => urnOf(...wait)) });
const arn = (rest: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${rest}`;

const withFunction = new Stack([])
  .add("role", "role", { name: "role" })
  .add(
    "function",
    "worker",
    { name: "worker-id", arn: arn("worker-id"), role: "role-id" },
    waits(["role", "role"]),
  );

const withAlias = withFunction.add(
  "alias",
  "live",
  { name: "live", functionName: "worker-id", functionVersion: "1", arn: arn("worker-id:live") },
  waits(["function", "worker"]),
);

/** Names of the users of a path, in the order of the alphabet. */
function users({ resources }: Stack, from: string | Place, to: string | Place = "ssm"): string[] {
  const graph = graphFromResources(resources);
  const place = (given: string | Place) => (typeof given === "string" ? parsePlace(given, graph) : given);
  const intent: Intent = { from: place(from), to: place(to), port: 443, must: "reach", reason: "test" };
  return usersOf(graph, new CreationOrder(graph.resources), intent)
    .map(({ ref }) => ref.name)
    .sort();
}

describe("usersOf", () => {
  it("is a function's alias, which moves to a new version", () => {
    expect(users(withAlias, "worker")).to.deep.equal(["live"]);
  });

  it("is the function itself without an alias, because its callers get a new configuration at once", () => {
    expect(users(withFunction, "worker")).to.deep.equal(["worker"]);
  });

  for (const [what, type, properties] of [
    [
      "an event source mapping",
      "sourceMapping",
      { functionName: "worker-id", eventSourceArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:jobs` },
    ],
    ["a function URL", "functionUrl", { functionName: "worker-id", authorizationType: "NONE" }],
    ["a rule's target", "target", { rule: "rule", arn: arn("worker-id") }],
  ] as const) {
    it(`is ${what} too if it passes by the alias`, () => {
      const passingBy = withAlias.add(type, "trigger", properties, waits(["function", "worker"]));
      expect(users(passingBy, "worker")).to.deep.equal(["live", "trigger"]);
    });

    it(`is not ${what} that waits for the alias, because all that the alias waits for is there by then`, () => {
      const qualified = withAlias.add(type, "trigger", properties, waits(["alias", "live"]));
      expect(users(qualified, "worker")).to.deep.equal(["live"]);
    });
  }

  it("is the stage of an API that invokes the function without its alias", () => {
    const api = withAlias
      .add("api", "api")
      .add("apiResource", "jobs", { restApi: "api-id", parentId: "root", pathPart: "jobs" })
      .add("method", "get", {
        restApi: "api-id",
        resourceId: "jobs-id",
        httpMethod: "GET",
        authorization: "NONE",
      })
      .add("integration", "call", {
        restApi: "api-id",
        resourceId: "jobs-id",
        httpMethod: "GET",
        type: "AWS_PROXY",
        uri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn("worker-id")}/invocations`,
      })
      .add("deployment", "deployment", { restApi: "api-id" }, waits(["integration", "call"]))
      .add("stage", "stage", { restApi: "api-id", stageName: "v1" }, waits(["deployment", "deployment"]));
    expect(users(api, "worker")).to.deep.equal(["live", "stage"]);
    expect(users(api, "internet", { kind: "method", method: "GET", path: "/jobs" })).to.deep.equal([
      "deployment",
      "stage",
    ]);
  });

  it("is the resource that delivers the events of a topic", () => {
    const topic = withAlias
      .add("topic", "news", { arn: `arn:aws:sns:${REGION}:${ACCOUNT}:news-id` })
      .add("subscription", "subscription", {
        topic: `arn:aws:sns:${REGION}:${ACCOUNT}:news-id`,
        protocol: "lambda",
        endpoint: arn("worker-id:live"),
      });
    expect(users(topic, { kind: "resource", name: "news" }, "worker")).to.deep.equal(["subscription"]);
  });

  it("is the functions of a security group", () => {
    const grouped = withAlias
      .add("group", "group", { vpcId: "vpc-id" })
      .with("worker", { vpcConfig: { subnetIds: ["subnet-id"], securityGroupIds: ["group-id"] } });
    expect(users(grouped, { kind: "security-group", name: "group" })).to.deep.equal(["live"]);
  });

  it("is a database's proxy or an instance itself, which sends as soon as it runs", () => {
    const instance = new Stack([]).add("instance", "host", { subnetId: "subnet-id" });
    expect(users(instance, { kind: "resource", name: "host" })).to.deep.equal(["host"]);
  });

  it("is a load balancer's listener", () => {
    const balancer = withAlias
      .add("loadBalancer", "front", { arn: "front-arn", loadBalancerType: "application", subnets: [] })
      .add("listener", "listener", { loadBalancerArn: "front-arn", port: 443 });
    expect(users(balancer, "internet", { kind: "resource", name: "front" })).to.deep.equal(["listener"]);
  });

  it("is the rule that the path leads through, which is made after its listener", () => {
    const door = frontDoorStack();
    const via = { kind: "method", method: "GET", path: "/messages", loadBalancer: "front" } as const;
    expect(users(door, { kind: "resource", name: "front" }, via)).to.deep.equal(["messages-rule"]);
    expect(users(door, "internet", via)).to.deep.equal(["messages-rule"]);
  });

  it("is nothing if the traffic starts outside the stack and meets no entry of it", () => {
    const host = new Stack([]).add("subnet", "private", { vpcId: "vpc-id" });
    expect(users(host, { kind: "subnet", name: "private" })).to.deep.equal([]);
    expect(users(host, "internet", { kind: "subnet", name: "private" })).to.deep.equal([]);
  });
});
