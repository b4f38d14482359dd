import type { EndpointType } from "@lambda-networking/preflight/aws";
import type { Intent, Place } from "@lambda-networking/preflight/intents";
import { type MethodsSettings, methodKey } from "../settings.js";

interface ApiIntentArgs {
  readonly endpointType: EndpointType;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Who calls a private API. */
  readonly callers: readonly Place[];
  readonly methods?: MethodsSettings;
  /** The endpoint of a private API. */
  readonly endpoint?: { readonly privateDns: boolean };
}

const INTERNET = { kind: "internet" } as const;
const INSIDE = "the API is for callers inside the VPC";

/** Who must reach an API's methods, and who must not. */
export function apiIntents(args: ApiIntentArgs): Intent[] {
  return args.routes.flatMap((route) => {
    const settings = args.methods?.[methodKey(route)];
    const to = { kind: "method", method: route.method, path: route.path } as const;
    const isSigned = settings?.authorization === "AWS_IAM";
    if (args.endpointType === "PRIVATE") return [...inside(args, to, isSigned), ...outside(to)];
    return isSigned ? signedOnly(to) : [onInternet(to, settings?.apiKeyRequired ?? false)];
  });
}

type To = Extract<Place, { kind: "method" }>;

/** A key tells who calls; it does not keep anybody from calling. */
function onInternet(to: To, apiKeyRequired: boolean): Intent {
  const reason = apiKeyRequired
    ? "the API is on the internet, for whoever has an API key"
    : "the API is on the internet";
  return { from: INTERNET, to, port: 443, must: "reach", reason };
}

/** A caller without a signature is anonymous. */
function signedOnly(to: To): Intent[] {
  return [{ from: INTERNET, to, port: 443, must: "not-reach", reason: "only signed requests are let in" }];
}

/**
 * Whether a signed request is allowed depends on who signs it, which nothing here knows; what can be said is that it
 * gets as far as the endpoint. By its own name alone, without private DNS, an endpoint is no service that a proof
 * could resolve.
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

function outside(to: To): Intent[] {
  const at = { to, port: 443, must: "not-reach" } as const;
  return [
    { ...at, from: INTERNET, reason: "the API is private" },
    {
      ...at,
      from: { kind: "vpc-without-endpoint", service: "execute-api" },
      reason: "only the stack's own endpoint is let in",
    },
  ];
}
