import { authorize, type NamedPolicy } from "../../iam/index.js";

export interface Action {
  readonly action: string;
  /** An ARN, or `*` for an action that has none. */
  readonly resource: string;
}

/** Services whose actions begin otherwise than their endpoints are called. */
const ACTION_PREFIXES: Readonly<Record<string, string>> = {
  "ecr.api": "ecr",
  "ecr.dkr": "ecr",
  monitoring: "cloudwatch",
  email: "ses",
  "email-smtp": "ses",
};

/** Policies are short; more than this would only repeat. */
const MOST = 200;

/**
 * What a caller may want of a service, when the question names no action: what its role allows, or else what the
 * endpoint's policy allows. Patterns of both sides are made into examples, so that `ssm:Get*` on the one and
 * `ssm:GetParametersByPath` on the other meet.
 */
export function candidates(
  service: string,
  own: readonly NamedPolicy[],
  endpoint: NamedPolicy,
): readonly Action[] {
  const ofRole = examples(service, own);
  const ofEndpoint = examples(service, [endpoint]);
  const mixed = combine(ofRole, ofEndpoint);
  const allowedByRole = mixed.filter((action) => {
    const request = { principal: PROBE, ...action, resourceAccount: ACCOUNT };
    return !authorize(request, { identity: own }).decision.endsWith("deny");
  });
  if (ofRole.actions.length > 0 && allowedByRole.length > 0) return allowedByRole;
  // A policy whose text is not known may be about anything: one example is enough to find that out.
  if (endpoint.document === undefined) return [{ action: `${service}:*`, resource: "*" }];
  return combine(ofEndpoint, ofEndpoint);
}

/** What an action may be on, when the question does not say: what the policies name. */
export function resourcesFor(service: string, policies: readonly NamedPolicy[]): readonly string[] {
  return [...new Set([...examples(service, policies).resources, "*"])].slice(0, MOST);
}

const ACCOUNT = "123456789012";
const PROBE = { kind: "role", arn: undefined, account: ACCOUNT } as const;

interface Examples {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

function combine(a: Examples, b: Examples): Action[] {
  const actions = new Set([...a.actions, ...b.actions]);
  const resources = new Set([...a.resources, ...b.resources]);
  return [...actions]
    .flatMap((action) => [...resources].map((resource) => ({ action, resource })))
    .slice(0, MOST);
}

function examples(service: string, policies: readonly NamedPolicy[]): Examples {
  const prefix = ACTION_PREFIXES[service] ?? service;
  const relevant = policies
    .flatMap(({ document }) => document?.statements ?? [])
    .filter(({ effect }) => effect === "Allow")
    .map((statement) => ({
      resources: statement.resources?.negated === false ? statement.resources.patterns : ["*"],
      actions: statement.actions.negated
        ? [`${prefix}:*`]
        : statement.actions.patterns
            .filter((pattern) => pattern === "*" || pattern.toLowerCase().startsWith(`${prefix}:`))
            .map((pattern) => (pattern === "*" ? `${prefix}:*` : pattern)),
    }))
    .filter(({ actions }) => actions.length > 0);
  return {
    actions: [...new Set(relevant.flatMap(({ actions }) => actions.map(example)))],
    resources: [
      ...new Set(relevant.flatMap(({ resources }) => resources.map((it) => (it === "*" ? it : example(it))))),
    ],
  };
}

/** Something that a pattern matches. */
function example(pattern: string): string {
  return pattern.replaceAll("*", "Example").replaceAll("?", "x");
}
