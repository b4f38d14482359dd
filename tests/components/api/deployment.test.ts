import { expect } from "chai";
import { RestApi, type RestApiArgs } from "../../../components/api/rest-api.js";
import { lambdaRoute } from "../../../components/api/routes/lambda-route.js";
import { LambdaFunction } from "../../../components/function/lambda-function.js";
import { InterfaceEndpoint } from "../../../components/network/endpoints/interface-endpoint.js";
import { Vpc } from "../../../components/network/vpc/vpc.js";
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

function createApi({ method = "GET", path = "/messages", functionName = "fetcher", ...args }: Api = {}) {
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
    endpoint: endpointName === undefined ? undefined : createEndpoint(endpointName),
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

function createEndpoint(name: string): InterfaceEndpoint {
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
  const resources = await record(() => createApi(api));
  return textOf(resources.one("apigateway/deployment:Deployment"), "triggers.redeployment");
}

const PRIVATE = { endpointType: "PRIVATE", endpointName: "execute-api" } as const;

describe("deploy", () => {
  for (const stack of ["dev", "prod"]) {
    it(`depends on policy, methods and integrations, and redeploys if they change, in ${stack}`, async () => {
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

  it("redeploys if the policy changes, because it would not be in force otherwise", async () => {
    const first = await triggerOf(PRIVATE);
    expect(await triggerOf({ ...PRIVATE, endpointName: "another" })).not.to.equal(first);
    expect(await triggerOf()).not.to.equal(first);
  });

  it("redeploys if the endpoint type changes", async () => {
    expect(await triggerOf({ endpointType: "EDGE" })).not.to.equal(await triggerOf());
  });

  it("redeploys if a method changes", async () => {
    const first = await triggerOf();
    expect(await triggerOf({ method: "POST" })).not.to.equal(first);
    expect(await triggerOf({ path: "/letters" })).not.to.equal(first);
  });

  it("redeploys if an integration changes", async () => {
    expect(await triggerOf({ functionName: "another" })).not.to.equal(await triggerOf());
  });

  const KEYED = { authorization: "NONE", apiKeyRequired: true } as const;
  const SIGNED = { authorization: "AWS_IAM", apiKeyRequired: false } as const;
  const CACHE = { size: 0.5, encrypted: true, ttlInSeconds: 300, invalidators: [] } as const;
  const ORIGIN = { allowOrigin: "https://app.example.com", maxAgeInSeconds: 600 } as const;
  const DOMAIN = {
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1",
    basePaths: ["(none)"],
  };
  const cachedBy = (...keys: string[]) => ({
    caching: CACHE,
    methods: {
      "GET /messages": { authorization: "NONE", apiKeyRequired: false, caching: { keys } } as const,
    },
  });

  // A setting that a deployment copies but its trigger omits would be in force one update late.
  for (const [what, before, after] of [
    ["whether a method wants an API key", {}, { methods: { "GET /messages": KEYED } }],
    ["whether a method wants a signature", {}, { methods: { "GET /messages": SIGNED } }],
    ["validators, gateway responses and TLS", {}, { hardening: true }],
    [
      "whether it answers by its own name",
      { hardening: true },
      { hardening: true, domains: { "api.example.com": DOMAIN } },
    ],
    ["OPTIONS and its headers", {}, { cors: ORIGIN }],
    ["the origin of CORS", { cors: ORIGIN }, { cors: { ...ORIGIN, allowOrigin: "*" } }],
    ["how long CORS is remembered", { cors: ORIGIN }, { cors: { ...ORIGIN, maxAgeInSeconds: 5 } }],
    ["what a cached answer depends on", cachedBy(), cachedBy("querystring.lang")],
    [
      "whose requests invalidate",
      { caching: CACHE },
      { caching: { ...CACHE, invalidators: ["arn:aws:iam::111122223333:role/a"] } },
    ],
  ] as const) {
    it(`redeploys if this changes: ${what}`, async () => {
      expect(await triggerOf(after)).not.to.equal(await triggerOf(before));
    });
  }

  it("depends on every resource that it copies, and redeploys if one changes", async () => {
    const resources = await record(() => createApi({ hardening: true, cors: ORIGIN }));
    const { dependencies, propertyDependencies } = resources.one("apigateway/deployment:Deployment");
    for (const [type, count] of [
      ["apigateway/method:Method", 2],
      ["apigateway/integration:Integration", 2],
      ["apigateway/methodResponse:MethodResponse", 1],
      ["apigateway/integrationResponse:IntegrationResponse", 1],
      ["apigateway/requestValidator:RequestValidator", 1],
      ["apigateway/response:Response", 8],
    ] as const) {
      const made = resources.ofType(type);
      expect(made, type).to.have.length(count);
      for (const { urn } of made) {
        expect(dependencies, urn).to.include(urn);
        expect(propertyDependencies?.triggers, `the trigger's view of ${urn}`).to.include(urn);
      }
    }
  });

  it("keeps the deployment if nothing that it copies changes", async () => {
    const first = await triggerOf();
    for (const change of [
      {},
      { throttling: { rateLimit: 10, burstLimit: 5 } },
      { caching: CACHE },
      { usagePlans: { gold: { keys: ["alice"] } } },
      { webAcl: { requestsPerFiveMinutes: 100, maximumBodyBytes: 8192, managedRules: true } },
      {
        methods: {
          "GET /messages": { ...KEYED, apiKeyRequired: false, throttling: { rateLimit: 1, burstLimit: 1 } },
        },
      },
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
