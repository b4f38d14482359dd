import { type Setting, stackOf } from "../../../tools/docs/which-endpoint-stack.js";
import { graphFromResources } from "../../graph/index.js";
import type { Place } from "../../intents.js";
import type { NameKind } from "../api-callers.js";
import { trace } from "../trace.js";
import { traceByName } from "../trace-by-name.js";
import type { Code } from "../verdict/explanation-codes.js";
import type { Verdict } from "../verdict/verdict.js";

/** Where a call comes from, in the order of the table's columns. */
export const CALLERS = [
  ["The stack's VPC", { kind: "subnet", name: "own-private" }],
  ["A peered VPC", { kind: "peer", name: "peer" }],
  ["A VPC with an endpoint that the API is shared with", { kind: "subnet", name: "shared-private" }],
  ["A VPC without an endpoint", { kind: "vpc-without-endpoint", service: "execute-api" }],
  ["The internet", { kind: "internet" }],
] as const satisfies readonly (readonly [label: string, place: Place])[];

const METHOD = { kind: "method", method: "GET", path: "/messages" } as const;

/** What came of one call. */
export interface Outcome {
  readonly text: string;
  /** Why it fails; undefined: it works. */
  readonly code?: Code;
}

const FORBIDDEN = '`403 {"message":"Forbidden"}`';
const NO_NAME = "DNS failure";
const TIMEOUT = "timeout";

/** What each caller meets, by one of the API's names. */
export function byName(setting: Setting, kind: NameKind): Outcome[] {
  const graph = graphFromResources(stackOf(setting));
  return CALLERS.map(([, from]) => outcomeOf(traceByName(graph, from, METHOD, kind), kind, "works"));
}

/** What each caller meets by whichever name works. */
export function byAnyName(setting: Setting): Outcome[] {
  const graph = graphFromResources(stackOf(setting));
  return CALLERS.map(([, from]) => {
    const verdict = trace(graph, from, METHOD);
    const name = verdict.status === "reachable" ? verdict.name : undefined;
    return outcomeOf(verdict, "execute-api", kindOf(name));
  });
}

/** A name as the table calls it. */
export const LABELS: Readonly<Record<NameKind, string>> = {
  "execute-api": "`API`",
  "api-and-endpoint": "`API-VPCE`",
  endpoint: "`VPCE` + header",
  "custom-domain": "custom domain",
};

function kindOf(url: string | undefined): string {
  if (url === undefined) return LABELS["execute-api"];
  if (url.includes("header")) return LABELS.endpoint;
  if (url.includes("-vpce-")) return LABELS["api-and-endpoint"];
  return url.includes("execute-api") ? LABELS["execute-api"] : LABELS["custom-domain"];
}

/**
 * What a client sees. Public names of API Gateway lead to it from anywhere, and it answers 403 to what is not for it;
 * private addresses answer nobody outside.
 * https://repost.aws/knowledge-center/api-gateway-private-endpoint-connection
 * https://repost.aws/knowledge-center/api-gateway-vpc-connections
 */
function outcomeOf(verdict: Verdict, kind: NameKind, works: string): Outcome {
  if (verdict.status === "reachable") return { text: works };
  if (verdict.status === "unknown") throw new Error(`the page's stack leaves something open: ${verdict.why}`);
  return { text: textOf(verdict.code, kind), code: verdict.code };
}

function textOf(code: Code, kind: NameKind): string {
  switch (code) {
    case "API_EXECUTE_ENDPOINT_DISABLED":
    case "API_PRIVATE_DNS_SHADOWS_PUBLIC_API":
    case "API_DOMAIN_NAME_NOT_ASSOCIATED":
      return FORBIDDEN;
    case "API_PRIVATE_REQUIRES_VPCE":
      if (kind === "execute-api") return FORBIDDEN;
      return kind === "custom-domain" ? NO_NAME : TIMEOUT;
    case "API_NAME_NOT_RESOLVED":
      // What an API is not associated with, it still has a public name for: API Gateway's names are a wildcard.
      return kind === "custom-domain" ? NO_NAME : FORBIDDEN;
    default:
      throw new Error(`the page has no words for ${code}`);
  }
}
