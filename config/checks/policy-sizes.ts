import { partitionOf } from "@lambda-networking/preflight/aws";
import { field, type RawConfig } from "../raw-config.js";
import { endpointTypeOf } from "./endpoint-type.js";
import { validRoutes } from "./front-door.js";
import { servedMethods } from "./served-methods.js";
import { entries, valid } from "./valid.js";

// The sizes of the API's two policies before any resource exists. They are those of components/api/access with ids of
// AWS's length in place of the ids; a test compares them with the policies of whole stacks.

const SOME_REGION = "ap-southeast-99";
const ENDPOINT_ID = "vpce-0123456789abcdef0";
const API_ID = "0123456789";

/** The characters of a list's items in JSON: each in quotes with a comma. */
function itemsSize(items: readonly string[]): number {
  return items.reduce((sum, item) => sum + JSON.stringify(item).length + 1, 0);
}

function apiArn(region: string): string {
  return `arn:${partitionOf(region)}:execute-api:${region}:111122223333:${API_ID}`;
}

/** The characters of the API's resource policy. */
export function apiPolicySize(raw: RawConfig, region = SOME_REGION): number {
  const allow = {
    Sid: "AllowInvoke",
    Effect: "Allow",
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: callsOf(raw).map((call) => `${apiArn(region)}/*/${call}`),
  };
  const frame = JSON.stringify({ Version: "2012-10-17", Statement: [] }).length;
  const invalidation = invalidationSize(raw, region);
  if (endpointTypeOf(raw) !== "PRIVATE") return frame + JSON.stringify(allow).length + 1 + invalidation;
  const deny = {
    ...allow,
    Sid: "DenyOtherEndpoints",
    Effect: "Deny",
    Resource: `${apiArn(region)}/*`,
    Condition: {
      StringNotEquals: {
        "aws:SourceVpce": [ENDPOINT_ID],
        "aws:SourceVpc": [],
        "aws:PrincipalAccount": [],
      },
    },
  };
  const shared = ["vpcEndpoints", "vpcs", "accounts"].reduce(
    (sum, key) => sum + itemsSize(texts(field(field(raw.api, "sharing"), key))),
    0,
  );
  return frame + JSON.stringify([allow, deny]).length + shared + invalidation;
}

/** The API's methods as the policy names them: `GET/messages/*`, and OPTIONS at each path with `api.cors`. */
function callsOf(raw: RawConfig): string[] {
  const calls = servedMethods(raw).map((name) => name.replace(" ", "").replace(/\{[^}]+\}/g, "*"));
  const paths = field(raw.api, "cors") ? calls.map((call) => call.replace(/^[A-Z]+/, "")) : [];
  return [...calls, ...[...new Set(paths)].map((path) => `OPTIONS${path}`)];
}

/** The characters of the policy of the execute-api endpoint, which names the API's domain names. */
export function endpointPolicySize(raw: RawConfig, region = SOME_REGION): number {
  const domainArns = entries(field(raw.api, "domains")).map(
    ([name]) => `arn:${partitionOf(region)}:execute-api:${region}:111122223333:/domainnames/${name}+*`,
  );
  const frame = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AllowInvoke",
        Effect: "Allow",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: [`${apiArn(region)}/*`],
      },
    ],
  }).length;
  return frame + itemsSize(domainArns) + invalidationSize(raw, region) + otherStagesSize(raw, region);
}

/** The statement for the other APIs that the front door leads to; 0 without one. */
function otherStagesSize(raw: RawConfig, region: string): number {
  const stages = validRoutes(raw).flatMap(({ route: { api } }) => api ?? []);
  if (stages.length === 0) return 0;
  const arns = stages.map(
    ({ id, stage, accountId = "111122223333" }) =>
      `arn:${partitionOf(region)}:execute-api:${region}:${accountId}:${id}/${stage}/*`,
  );
  const frame = JSON.stringify({
    Sid: "AllowOtherApis",
    Effect: "Allow",
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: [],
  }).length;
  return frame + 1 + itemsSize([...new Set(arns)]) - 1;
}

/** The statement for principals that may invalidate the cache; 0 without one. */
function invalidationSize(raw: RawConfig, region: string): number {
  const invalidators = texts(field(field(raw.api, "caching"), "invalidators"));
  if (invalidators.length === 0) return 0;
  const stage = valid(raw, "api.stageName") ?? "";
  const methods = servedMethods(raw).map((method) => `${apiArn(region)}/${stage}/${method.replace(" ", "")}`);
  const frame = JSON.stringify({
    Sid: "AllowInvalidateCache",
    Effect: "Allow",
    Principal: { AWS: [] },
    Action: "execute-api:InvalidateCache",
    Resource: [],
  }).length;
  return frame + 1 + itemsSize(invalidators) + itemsSize(methods);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
