import { type Graph, isKnown, isSet, type SourceResource } from "../../graph/index.js";
import { boolean, inputValue, isRecord, list, records } from "../../resources/read.js";
import type { Usage } from "../../usage/usage.js";
import { type Charge, type Flow, times } from "../charges.js";
import { usageOf, withRequests } from "../flows.js";
import { HOURS_PER_MONTH, KB_PER_GB, SECONDS_PER_MONTH } from "../money.js";
import type { Product } from "../prices.js";
import { numberOf, type Pricer } from "./pricer.js";

/** Ephemeral storage that Lambda includes without charge, in MB. */
const FREE_EPHEMERAL_STORAGE = 512;

/** https://aws.amazon.com/lambda/pricing/ */
const lambdaFunction: Pricer = (resource, { graph, usage, tracer }) => {
  const { name } = resource;
  const memory = numberOf(resource, "memorySize", 128);
  const architectures = inputValue(resource, "architectures");
  const arm = list(architectures).includes("arm64");
  const seconds = (usageOf(usage, name).averageDurationMs ?? usage.averageDurationMs) / 1000;
  const invocations = askedBy(graph, resource, usage) ?? withRequests(usage, name, 1);
  const charges: Charge[] = [
    { what: "requests", product: "Lambda requests", ...invocations },
    {
      what: `duration at ${memory.value} MB`,
      product: arm ? "Lambda arm64 duration" : "Lambda x86_64 duration",
      ...times(invocations, (memory.value / 1024) * seconds),
      atLeast: !memory.known,
    },
  ];
  const [storage] = records(inputValue(resource, "ephemeralStorage"));
  const size = isSet(storage) ? Number(storage.size) : 0;
  if (size > FREE_EPHEMERAL_STORAGE) {
    charges.push({
      what: `ephemeral storage of ${size} MB`,
      product: "Lambda ephemeral storage",
      ...times(invocations, ((size - FREE_EPHEMERAL_STORAGE) / 1024) * seconds),
    });
  }
  const metrics = declaredMetrics(graph, resource);
  if (metrics !== undefined) {
    const anyTraffic = usage.requestsPerMonth > 0;
    charges.push({
      what: `metrics of ${metrics.of}`,
      product: "metric",
      usage: anyTraffic ? metrics.count : 0,
    });
  }
  if (tracer === resource.urn) charges.push(traces(usage.traceShare));
  return charges;
};

/**
 * Invocations of a function that decides for authorizers, at most: one for each request or, if API Gateway keeps its
 * answers, one for each user and period. Undefined for another function, or if the usage has its own requests.
 */
function askedBy(graph: Graph, { urn, name }: SourceResource, usage: Usage): Flow | undefined {
  const own = [...graph.authorizers.values()].filter((authorizer) => authorizer.function === urn);
  if (own.length === 0 || usageOf(usage, name).requestsPerMonth !== undefined) return undefined;
  const ttls = own.map(({ resultTtl }) => (isKnown(resultTtl) ? resultTtl : 0));
  const shortest = Math.min(...ttls);
  if (shortest === 0) return undefined;
  const kept = (usage.usersPerMonth * SECONDS_PER_MONTH) / shortest;
  return kept < usage.requestsPerMonth ? { usage: kept } : undefined;
}

/** https://aws.amazon.com/cognito/pricing/ */
const TIERS: Readonly<Record<string, Product>> = {
  LITE: "user pool users LITE",
  ESSENTIALS: "user pool users ESSENTIALS",
  PLUS: "user pool users PLUS",
};

const userPool: Pricer = (resource, { usage }) => {
  const tier = inputValue(resource, "userPoolTier") ?? "ESSENTIALS";
  const product = typeof tier === "string" ? TIERS[tier] : undefined;
  return product === undefined ? undefined : [{ what: "active users", product, usage: usage.usersPerMonth }];
};

/** What the function's component declares of the metrics that its code writes. */
function declaredMetrics(graph: Graph, { parent = "" }: SourceResource) {
  const metrics = graph.resources.get(parent)?.properties.declaredMetrics;
  if (!isRecord(metrics)) return undefined;
  const { of, count } = metrics;
  return typeof of === "string" && typeof count === "number" ? { of, count } : undefined;
}

/** https://aws.amazon.com/api-gateway/pricing/ */
const restApi: Pricer = (resource, { graph, usage }) => {
  const requests = withRequests(usage, resource.name, 1);
  const charges: Charge[] = [{ what: "requests", product: "REST API requests", ...requests }];
  // The data of a private API goes through its endpoint, and the endpoint bills it.
  if (graph.apis.get(resource.urn)?.endpointType !== "PRIVATE") {
    charges.push({
      what: "responses to the internet",
      product: "data transfer out to the internet",
      ...times(requests, usage.responseKb / KB_PER_GB),
    });
  }
  return charges;
};

const httpApi: Pricer = (resource, { usage }) => {
  if (inputValue(resource, "protocolType") !== "HTTP") return undefined;
  const requests = withRequests(usage, resource.name, 1);
  return [
    { what: "requests", product: "HTTP API requests", ...requests },
    {
      what: "responses to the internet",
      product: "data transfer out to the internet",
      ...times(requests, usage.responseKb / KB_PER_GB),
    },
  ];
};

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
const CACHES: Readonly<Record<string, Product>> = {
  "0.5": "API cache 0.5 GB",
  "1.6": "API cache 1.6 GB",
  "6.1": "API cache 6.1 GB",
  "13.5": "API cache 13.5 GB",
  "28.4": "API cache 28.4 GB",
  "58.2": "API cache 58.2 GB",
  "118": "API cache 118 GB",
  "237": "API cache 237 GB",
};

const stage: Pricer = (resource, { usage, tracer }) => {
  const charges: Charge[] = [];
  if (boolean(inputValue(resource, "cacheClusterEnabled"), false) === true) {
    const size = String(inputValue(resource, "cacheClusterSize") ?? "0.5");
    const product = CACHES[size] ?? "API cache of another size";
    charges.push({ what: `cache of ${size} GB`, product, fixed: HOURS_PER_MONTH });
  }
  if (tracer === resource.urn) charges.push(traces(usage.traceShare));
  return charges;
};

/** The one resource that the traces are charged to: a request is one trace, however many resources record it. */
export function tracerOf({ resources }: Graph): string | undefined {
  const traced = (type: string, isTraced: (resource: SourceResource) => boolean) =>
    [...resources.values()].find((resource) => resource.type === type && isTraced(resource))?.urn;
  return (
    traced(
      "aws:apigateway/stage:Stage",
      (one) => boolean(inputValue(one, "xrayTracingEnabled"), false) === true,
    ) ??
    traced("aws:lambda/function:Function", (one) =>
      records(inputValue(one, "tracingConfig")).some((config) => isKnown(config) && config.mode === "Active"),
    )
  );
}

function traces(share: number): Charge {
  return { what: "traces", product: "traces", perRequest: share };
}

/** Count, Latency, IntegrationLatency, 4XXError and 5XXError. */
const METRICS_OF_A_METHOD = 5;

/**
 * CloudWatch bills a metric of a method only for the hours in which it has data, so it is free without traffic.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-dimensions.html
 */
const methodSettings: Pricer = (resource, { graph, usage }) => {
  const [settings] = records(inputValue(resource, "settings"));
  if (!isSet(settings) || settings.metricsEnabled !== true) return [];
  const { properties } = resource;
  const dependencies = resource.propertyDependencies?.restApi ?? [];
  const api = [...graph.apis.values()].find(
    ({ ref, id }) => id === properties.restApi || dependencies.includes(ref.urn),
  );
  const path = String(properties.methodPath ?? "*/*");
  const methods = path === "*/*" ? (api?.methods.length ?? 1) : 1;
  const anyTraffic = usage.requestsPerMonth > 0;
  return [
    {
      what: `metrics of ${methods === 1 ? "1 method" : `${methods} methods`}`,
      product: "metric",
      usage: anyTraffic ? methods * METRICS_OF_A_METHOD : 0,
      atLeast: api === undefined || api.hasBody,
    },
  ];
};

const webAcl: Pricer = (resource, { usage }) => {
  const rules = list(inputValue(resource, "rules"));
  return [
    { what: "web ACL", product: "web ACL", fixed: 1 },
    { what: "rules", product: "web ACL rule", fixed: rules.length, atLeast: !rules.every(isKnown) },
    { what: "requests", product: "web ACL requests", ...withRequests(usage, resource.name, 1) },
  ];
};

/** Fargate tasks that a service keeps running. https://aws.amazon.com/fargate/pricing/ */
const ecsService: Pricer = (resource, { graph }) => {
  if (inputValue(resource, "launchType") !== "FARGATE") return undefined;
  const { taskDefinition } = resource.properties;
  const dependencies = resource.propertyDependencies?.taskDefinition ?? [];
  const task = [...graph.resources.values()].find(
    ({ urn, type, properties }) =>
      type === "aws:ecs/taskDefinition:TaskDefinition" &&
      (dependencies.includes(urn) || properties.arn === taskDefinition),
  );
  if (task === undefined) return undefined;
  const tasks = numberOf(resource, "desiredCount", 1);
  const cpu = numberOf(task, "cpu", 256);
  const memory = numberOf(task, "memory", 512);
  const hours = tasks.value * HOURS_PER_MONTH;
  const [platform] = records(inputValue(task, "runtimePlatform"));
  const isArm = platform !== undefined && isKnown(platform) && platform.cpuArchitecture === "ARM64";
  return [
    {
      what: "vCPU",
      product: isArm ? "Fargate arm64 vCPU" : "Fargate vCPU",
      fixed: (cpu.value / 1024) * hours,
      atLeast: !cpu.known || !tasks.known,
    },
    {
      what: "memory",
      product: isArm ? "Fargate arm64 memory" : "Fargate memory",
      fixed: (memory.value / 1024) * hours,
      atLeast: !memory.known,
    },
  ];
};

export const computePricers: Readonly<Record<string, Pricer>> = {
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/callbackFunction:CallbackFunction": lambdaFunction,
  "aws:cognito/userPool:UserPool": userPool,
  "aws:apigateway/restApi:RestApi": restApi,
  "aws:apigateway/stage:Stage": stage,
  "aws:apigateway/methodSettings:MethodSettings": methodSettings,
  "aws:apigatewayv2/api:Api": httpApi,
  "aws:wafv2/webAcl:WebAcl": webAcl,
  "aws:ecs/service:Service": ecsService,
};
