import type { EndpointType } from "@lambda-networking/preflight/aws";
import type { Intent, Place, Via } from "@lambda-networking/preflight/intents";
import type { DeploymentTarget } from "../../base/deployment-target.js";
import { type Method, type MethodsSettings, methodKey } from "../settings.js";
import { type Authorizers, isInvokable, wantsCredentials } from "./authorizer.js";
import type { Sharing } from "./resource-policy.js";

interface ApiIntentArgs {
  readonly endpointType: EndpointType;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Callers of a private API. */
  readonly callers: readonly Place[];
  readonly methods?: MethodsSettings;
  /** The authorizers that the methods' settings name. */
  readonly authorizers?: Authorizers;
  /** Account and Region of the API. */
  readonly target?: DeploymentTarget;
  /** Endpoint of a private API. */
  readonly endpoint?: { readonly privateDns: boolean };
  /** Methods of a private API that an internet-facing load balancer leads to; nobody else on the internet gets there. */
  readonly balancedMethods?: readonly Method[];
  /** Additional callers of a private API. */
  readonly sharing?: Sharing;
}

const INTERNET = { kind: "internet" } as const;
const INSIDE = "the API is for callers inside the VPC";

/** Intents of an API's methods: the callers that must reach them, and those that must not. */
export function apiIntents(args: ApiIntentArgs): Intent[] {
  return args.routes.flatMap((route) => {
    const settings = args.methods?.[methodKey(route)];
    const plain = { kind: "method", method: route.method, path: route.path } as const;
    const isBalanced = args.balancedMethods?.some((each) => methodKey(each) === methodKey(route)) ?? false;
    const to: To = isBalanced ? { ...plain, direct: true } : plain;
    const isSigned = settings?.authorization === "AWS_IAM";
    const authorizer = args.authorizers?.[settings?.authorization ?? "NONE"];
    if (authorizer !== undefined) {
      const asked = {
        name: settings?.authorization ?? "",
        refuses: wantsCredentials(authorizer),
        isJudged: args.target === undefined || isInvokable(args.target, authorizer),
      };
      if (args.endpointType !== "PRIVATE")
        return tokensOnly(to, INTERNET, asked, "the API is on the internet");
      return [
        ...args.callers.flatMap((from) => tokensOnly(plain, from, asked, INSIDE, "interface-endpoint")),
        // Nobody else gets as far as the authorizer, whatever token there is.
        ...outside(args, { ...to, token: true }),
      ];
    }
    if (args.endpointType === "PRIVATE") return [...inside(args, plain, isSigned), ...outside(args, to)];
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

interface Asked {
  /** The authorizer's name. */
  readonly name: string;
  /** Whether a caller without credentials is refused before a function is asked. */
  readonly refuses: boolean;
  /** Whether the stack has all that a call through it needs. Another account gives its function's permission itself. */
  readonly isJudged: boolean;
}

/** Intents of a method with an authorizer: a caller with a token reaches it, and one without does not. */
function tokensOnly(to: To, from: Place, asked: Asked, reason: string, via?: Via): Intent[] {
  const { name, refuses, isJudged } = asked;
  const at = { from, port: 443 } as const;
  const without = {
    ...at,
    // Nobody on the internet has a token unless it is said.
    to: from.kind === "internet" ? to : { ...to, token: false },
    must: "not-reach",
    reason: `only callers with a token that ${name} accepts are let in`,
  } as const;
  const withToken: Intent = {
    ...at,
    to: { ...to, token: true },
    must: "reach",
    ...(via !== undefined && { via }),
    reason: `${reason}, with a token that ${name} accepts`,
  };
  return [...(isJudged ? [withToken] : []), ...(refuses ? [without] : [])];
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
