import { expect } from "chai";
import { lambdaRoute } from "../../../components/api/lambda-route.js";
import { RestApi, type RestApiArgs } from "../../../components/api/rest-api.js";
import { LambdaFunction } from "../../../components/function/lambda-function.js";
import { InterfaceEndpoint } from "../../../components/network/interface-endpoint.js";
import { Vpc } from "../../../components/network/vpc.js";
import { record, TARGET } from "../../support/components.js";
import { build, type Resources, textOf } from "../../support/stacks.js";

interface Api extends Partial<Omit<RestApiArgs, "routes" | "endpoint">> {
  readonly method?: string;
  readonly path?: string;
  readonly functionName?: string;
  readonly description?: string;
  /** The name of a private API's endpoint. */
  readonly endpointName?: string;
}

function makeApi({ method = "GET", path = "/messages", functionName = "fetcher", ...args }: Api = {}) {
  const { description = "", endpointName, ...settings } = args;
  const lambda = new LambdaFunction(functionName, {
    description,
    entry: "handlers/fetch-parameters/index.ts",
    runtime: "nodejs24.x",
    architecture: "arm64",
    memorySize: 512,
    timeout: 10,
    logRetentionInDays: 30,
    environment: {},
    permissions: [],
    uses: {},
    target: TARGET,
  });
  return new RestApi("api", {
    endpointType: "REGIONAL",
    endpoint: endpointName === undefined ? undefined : makeEndpoint(endpointName),
    callers: [],
    stageName: "v1",
    routes: [lambdaRoute({ method, path, function: lambda })],
    accessLogs: false,
    manageAccountRole: false,
    logRetentionInDays: 30,
    metrics: true,
    tracing: true,
    target: TARGET,
    ...settings,
  });
}

function makeEndpoint(name: string): InterfaceEndpoint {
  const vpc = new Vpc("vpc", {
    cidrBlock: "10.0.0.0/16",
    azSlots: 8,
    availabilityZones: ["eu-west-1a"],
    nat: "none",
    ipv6: false,
  });
  const { vpcId, privateSubnets: subnets } = vpc;
  return new InterfaceEndpoint(name, { service: "execute-api", vpcId, subnets, allowFrom: [] });
}

async function triggerOf(api?: Api): Promise<string> {
  const resources = await record(() => makeApi(api));
  return textOf(resources.one("apigateway/deployment:Deployment"), "triggers.redeployment");
}

const PRIVATE = { endpointType: "PRIVATE", endpointName: "execute-api" } as const;

describe("an API's deployment", () => {
  for (const stack of ["dev", "prod"]) {
    it(`of ${stack} comes after, and is made anew for, the policy, the methods and the integrations`, async () => {
      const resources: Resources = await build(stack);
      const { dependencies, propertyDependencies } = resources.one("apigateway/deployment:Deployment");
      for (const type of [
        "apigateway/restApiPolicy:RestApiPolicy",
        "apigateway/method:Method",
        "apigateway/integration:Integration",
      ]) {
        const { urn } = resources.one(type);
        expect(dependencies, type).to.include(urn);
        expect(propertyDependencies?.triggers, `the trigger's view of ${type}`).to.include(urn);
      }
    });
  }

  it("is made anew when the policy changes, or the new one is not in force", async () => {
    const first = await triggerOf(PRIVATE);
    expect(await triggerOf({ ...PRIVATE, endpointName: "another" })).not.to.equal(first);
    expect(await triggerOf()).not.to.equal(first);
  });

  it("is made anew when the kind of endpoint changes", async () => {
    expect(await triggerOf({ endpointType: "EDGE" })).not.to.equal(await triggerOf());
  });

  it("is made anew when a method changes", async () => {
    const first = await triggerOf();
    expect(await triggerOf({ method: "POST" })).not.to.equal(first);
    expect(await triggerOf({ path: "/letters" })).not.to.equal(first);
  });

  it("is made anew when an integration changes", async () => {
    expect(await triggerOf({ functionName: "another" })).not.to.equal(await triggerOf());
  });

  it("stays as it is when nothing of that changes", async () => {
    const first = await triggerOf();
    for (const change of [
      {},
      { description: "new words" },
      { stageName: "v2" },
      { metrics: false, tracing: false },
      { accessLogs: true, manageAccountRole: true },
      { logRetentionInDays: 7 },
    ]) {
      expect(await triggerOf(change), JSON.stringify(change)).to.equal(first);
    }
  });
});
