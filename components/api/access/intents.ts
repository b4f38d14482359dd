import type { EndpointType } from "@lambda-networking/preflight/aws";
import type { Intent, Place } from "@lambda-networking/preflight/intents";
import { type MethodsSettings, methodKey } from "../settings.js";
import type { Sharing } from "./resource-policy.js";

interface ApiIntentArgs {
  readonly endpointType: EndpointType;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Callers of a private API. */
  readonly callers: readonly Place[];
  readonly methods?: MethodsSettings;
  /** Endpoint of a private API. */
  readonly endpoint?: { readonly privateDns: boolean };
  /** Additional callers of a private API. */
  readonly sharing?: Sharing;
}

const INTERNET = { kind: "internet" } as const;
const INSIDE = "the API is for callers inside the VPC";

/** Intents of an API's methods: the callers that must reach them, and those that must not. */
export function apiIntents(args: ApiIntentArgs): Intent[] {
  return args.routes.flatMap((route) => {
    const settings = args.methods?.[methodKey(route)];
    const to = { kind: "method", method: route.method, path: route.path } as const;
    const isSigned = settings?.authorization === "AWS_IAM";
    if (args.endpointType === "PRIVATE") return [...inside(args, to, isSigned), ...outside(args, to)];
    return isSigned ? signedOnly(to) : [onInternet(to, settings?.apiKeyRequired ?? false)];
  });
}

type To = Extract<Place, { kind: "method" }>;

/** Intent of a method on the internet. An API key identifies the caller; it does not restrict network access. */
function onInternet(to: To, apiKeyRequired: boolean): Intent {
  const reason = apiKeyRequired
    ? "the API is on the internet, for whoever has an API key"
    : "the API is on the internet";
  return { from: INTERNET, to, port: 443, must: "reach", reason };
}

/** Intent of a method that requires a signature: an unsigned caller, which is anonymous, must not reach it. */
function signedOnly(to: To): Intent[] {
  return [{ from: INTERNET, to, port: 443, must: "not-reach", reason: "only signed requests are let in" }];
}

/**
 * Intents of callers inside the VPC. The signer decides whether a signed request is allowed, and is not known here. So
 * the intent of a signed request ends at the endpoint. Without private DNS there is no such intent because the
 * endpoint's own name is not a service that the preflight resolves.
 */
function inside({ callers, endpoint }: ApiIntentArgs, to: To, isSigned: boolean): Intent[] {
  if (isSigned && endpoint?.privateDns !== true) return [];
  return callers.map(
    (from): Intent => ({
      from,
      to: isSigned ? { kind: "service", service: "execute-api" } : to,
      port: 443,
      must: "reach",
      via: "interface-endpoint",
      reason: isSigned ? `${INSIDE} who sign their requests` : INSIDE,
    }),
  );
}

/**
 * Intents of callers that are not the stack's. A private API is not private to the stack: any execute-api endpoint of
 * the Region reaches it, and its resource policy alone tells the stack's endpoint from another account's.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html
 */
function outside({ sharing }: ApiIntentArgs, to: To): Intent[] {
  const at = { to, port: 443, must: "not-reach" } as const;
  const except = sharing && {
    vpcEndpoints: sharing.vpcEndpoints,
    vpcs: sharing.vpcs,
    accounts: sharing.accounts,
  };
  const foreign = (account: "own" | "other"): Intent => ({
    ...at,
    from: { kind: "foreign-endpoint", account, ...(except !== undefined && { except }) },
    reason: "the API's policy lets in the stack's endpoint and those that the API is shared with",
    fix: FOREIGN,
  });
  return [
    { ...at, from: INTERNET, reason: "the API is private" },
    {
      ...at,
      from: { kind: "vpc-without-endpoint", service: "execute-api" },
      reason: "the API is private",
    },
    foreign("own"),
    foreign("other"),
  ];
}

const FOREIGN =
  "Name those who may call in api.sharing (vpcEndpoints, vpcs, accounts), and deploy: the stack's policy refuses every other endpoint.";
