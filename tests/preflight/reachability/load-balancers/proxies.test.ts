import { expect } from "chai";
import { graphFromResources, isRecord } from "../../../../preflight/index.js";
import { parsePlace, proveIntents, trace } from "../../../../preflight/reachability/index.js";
import type { RecordedResource } from "../../../../preflight/sources/mocks/recorded-resource.js";
import { plannedValues } from "../../../../preflight/sources/policy-engine/planned-values.js";
import { viewStack } from "../../../../preflight/sources/policy-engine/stack-view.js";
import { engineResources } from "../../../policy/support.js";
import { synthesisOf } from "../../../support/stacks.js";

const IMAGE = `public.ecr.aws/nginx/nginx-unprivileged@sha256:${"0".repeat(64)}`;
const PETS = { path: "/pets", api: { id: "a1b2c3d4e5", stage: "prod" } };

const stackWith = (routes: readonly object[], preview = false) =>
  synthesisOf(
    "prod",
    {
      frontDoor: {
        kind: "proxy",
        domainName: "api.example.com",
        certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
        allowFrom: ["10.30.0.0/16"],
        routes,
        proxy: { image: IMAGE },
      },
    },
    { preview },
  );

type Change = (resource: RecordedResource) => RecordedResource | undefined;

async function verdict(
  change: Change = (resource) => resource,
  routes: readonly object[] = [{ path: "/messages" }, PETS],
) {
  const { resources } = await stackWith(routes);
  const graph = graphFromResources(resources.flatMap((resource) => change(resource) ?? []));
  return trace(graph, parsePlace("front-door", graph), parsePlace("GET /messages", graph), 443);
}

/** Changes the only container of the task definition, as an operator may. */
const container =
  (change: (container: Record<string, unknown>) => unknown): Change =>
  (resource) => {
    if (resource.type !== "aws:ecs/taskDefinition:TaskDefinition") return resource;
    const found: unknown = JSON.parse(String(resource.properties.containerDefinitions));
    const [only] = Array.isArray(found) ? found : [];
    if (!isRecord(only)) throw new Error("no container");
    const containerDefinitions = JSON.stringify([change({ ...only })].flat());
    return { ...resource, properties: { ...resource.properties, containerDefinitions } };
  };

const without =
  (...names: readonly string[]): Change =>
  (resource) =>
    names.some((name) => resource.name.startsWith(name)) ? undefined : resource;

describe("a reverse proxy behind a load balancer", () => {
  it("leads to the API's paths that its routes name, from the load balancer by its tasks to the endpoint", async () => {
    const found = await verdict();
    expect(found.status).to.equal("reachable");
    const hops = found.status === "reachable" ? found.path : [];
    expect(JSON.stringify(hops)).to.contain("sends it on with Host");
  });

  it("leads to no path that no route names", async () => {
    const other = await verdict(undefined, [PETS]);
    expect(other.status).to.equal("blocked");
    const deeper = await verdict(undefined, [{ path: "/messages/deeper" }]);
    expect(deeper.status).to.equal("blocked");
  });

  const doubts: readonly [what: string, change: Change][] = [
    [
      "another configuration",
      container(({ environment, ...rest }) => ({
        ...rest,
        environment: JSON.parse(JSON.stringify(environment).replaceAll("/messages", "/other")),
      })),
    ],
    ["another command", container((own) => ({ ...own, command: ["nginx -c /elsewhere"] }))],
    ["a second container", container((own) => [own, { name: "sidecar", image: "x" }])],
    [
      "a configuration that no component tells of",
      (resource) =>
        resource.type === "lambda-networking:frontdoor:ProxyService"
          ? { ...resource, properties: { ...resource.properties, proxy: undefined } }
          : resource,
    ],
    [
      "a task definition that is not known",
      (resource) => (resource.type === "aws:ecs/taskDefinition:TaskDefinition" ? undefined : resource),
    ],
  ];
  for (const [what, change] of doubts) {
    it(`leads nobody knows where with ${what}`, async () => {
      expect((await verdict(change)).status).to.equal("unknown");
    });
  }

  const needs: readonly (readonly string[])[] = [
    ["front-door-proxy-requests"],
    ["front-door-proxy-to-"],
    // The endpoint lets the private subnets in too.
    ["execute-api-from-front-door-proxy", "execute-api-from-private-"],
  ];
  for (const names of needs) {
    it(`needs ${names.join(" or ")}`, async () => {
      expect((await verdict(without(...names))).status).to.equal("blocked");
    });
  }

  it("keeps its tasks from everything else in the VPC, and everything else from its tasks", async () => {
    const { resources } = await stackWith([{ path: "/messages" }]);
    const graph = graphFromResources(resources);
    const ask = (from: string, to: string, port: number) =>
      trace(graph, parsePlace(from, graph), parsePlace(to, graph), port).status;
    expect(ask("front-door-proxy", "ssm-endpoint", 443)).to.equal("blocked");
    expect(ask("vpc-private-a", "front-door-proxy", 8080)).to.equal("blocked");
    expect(ask("internet", "front-door-proxy", 8080)).to.equal("blocked");
    expect(ask("fetcher", "front-door-proxy", 8080)).to.equal("blocked");
  });
});

describe("a reverse proxy at the first preview of its stack", () => {
  const ROUTES = [{ path: "/messages" }, PETS];
  const preview = async (change: Change = (resource) => resource) => {
    const { resources } = await stackWith(ROUTES, true);
    const changed = resources.flatMap((resource) => change(resource) ?? []);
    return viewStack(engineResources(changed, true));
  };
  const ask = async (change?: Change) => {
    const { graph } = await preview(change);
    return trace(graph, parsePlace("front-door", graph), parsePlace("GET /messages", graph), 443).status;
  };
  const planWith =
    (property: string, replace: (value: string) => string | undefined): Change =>
    (resource) => {
      const { planned } = resource.properties;
      if (resource.type !== "lambda-networking:frontdoor:ProxyService" || !Array.isArray(planned))
        return resource;
      const changed = planned.flatMap((plan: unknown) => {
        if (!isRecord(plan) || plan.property !== property) return [plan];
        const value = replace(String(plan.value));
        return value === undefined ? [] : [{ ...plan, value }];
      });
      return { ...resource, properties: { ...resource.properties, planned: changed } };
    };

  it("is decided in every intent of its stack", async () => {
    const { graph, undeclared } = await preview();
    expect(undeclared).to.deep.equal([]);
    const open = proveIntents(graph).filter(({ ok }) => !ok);
    expect(open).to.deep.equal([]);
  });

  it("is planned with what is deployed, but for the end of the endpoint's name", async () => {
    const { resources } = await stackWith(ROUTES);
    const planned = resources.flatMap(plannedValues);
    for (const property of ["containerDefinitions", "proxy"]) {
      const { resource, value } = planned.find((plan) => plan.property === property) ?? {};
      const deployed = resources.find(({ urn }) => urn === resource)?.properties[property];
      const withIds = value?.replace(/\{\{(urn:[^{}]+)\}\}/g, (_, urn: string) =>
        String(resources.find((one) => one.urn === urn)?.id),
      );
      const named = String(deployed).replace(/(vpce-[0-9a-f]{17})[\w.-]+/g, "$1");
      expect(JSON.parse(withIds ?? ""), property).to.deep.equal(JSON.parse(named));
    }
  });

  const doubts: readonly [what: string, change: Change][] = [
    [
      "a plan of another configuration",
      planWith("containerDefinitions", (text) => text.replaceAll("/pets", "/x")),
    ],
    [
      "a plan of another command",
      planWith("containerDefinitions", (text) => text.replaceAll("exec nginx", "nginx")),
    ],
    ["no plan of the container", planWith("containerDefinitions", () => undefined)],
    ["no plan of the routes", planWith("proxy", () => undefined)],
    [
      "a container that is known, and another",
      (resource) =>
        resource.type === "aws:ecs/taskDefinition:TaskDefinition"
          ? { ...resource, properties: { ...resource.properties, containerDefinitions: "[]" } }
          : resource,
    ],
    [
      "a task definition of which the service does not say that it comes from it",
      (resource) =>
        resource.type === "aws:ecs/service:Service"
          ? { ...resource, propertyDependencies: { ...resource.propertyDependencies, taskDefinition: [] } }
          : resource,
    ],
  ];
  for (const [what, change] of doubts) {
    it(`leads nobody knows where with ${what}`, async () => {
      expect(await ask(change)).to.equal("unknown");
    });
  }
});
