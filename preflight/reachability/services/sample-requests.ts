import { authorize, type NamedPolicy } from "../../iam/index.js";

export interface Action {
  readonly action: string;
  /** An ARN, or `*` for an action that has none. */
  readonly resource: string;
}

/** Services whose actions have another prefix than the name of their endpoint. */
const ACTION_PREFIXES: Readonly<Record<string, string>> = {
  "ecr.api": "ecr",
  "ecr.dkr": "ecr",
  monitoring: "cloudwatch",
  email: "ses",
  "email-smtp": "ses",
  "kinesis-firehose": "firehose",
  "kinesis-streams": "kinesis",
};

/** The limit on samples. Policies are short, so more samples would only repeat. */
const MAX_SAMPLES = 200;

/**
 * Sample requests for a question without an action, taken from the role's Allow statements or, if it has none, from the
 * endpoint policy's. A sample of a pattern of one policy can match a pattern of the other, as `ssm:Get*` matches
 * `ssm:GetParametersByPath`.
 */
export function sampleRequests(
  service: string,
  own: readonly NamedPolicy[],
  endpoint: NamedPolicy,
  region: string | undefined,
): readonly Action[] {
  const ofRole = samplesIn(service, own, region);
  const ofEndpoint = samplesIn(service, [endpoint], region);
  const mixed = combine(ofRole, ofEndpoint);
  const allowedByRole = mixed.filter((action) => {
    const request = { principal: PROBE, ...action, resourceAccount: ACCOUNT };
    return !authorize(request, { identity: own }).decision.endsWith("deny");
  });
  if (ofRole.actions.length > 0 && allowedByRole.length > 0) return allowedByRole;
  // A policy whose text is not known gives the same decision for every request, so one sample is enough.
  if (endpoint.document === undefined) return [{ action: `${service}:*`, resource: "*" }];
  return combine(ofEndpoint, ofEndpoint);
}

/** The resources in a Region that an action may be on if the question names none: those that the policies name. */
export function sampleResources(
  service: string,
  policies: readonly NamedPolicy[],
  region: string | undefined,
): readonly string[] {
  return [...new Set([...samplesIn(service, policies, region).resources, "*"])].slice(0, MAX_SAMPLES);
}

const ACCOUNT = "123456789012";
const PROBE = { kind: "role", arn: undefined, account: ACCOUNT } as const;

interface Samples {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

function combine(a: Samples, b: Samples): Action[] {
  const actions = new Set([...a.actions, ...b.actions]);
  const resources = new Set([...a.resources, ...b.resources]);
  return [...actions]
    .flatMap((action) => [...resources].map((resource) => ({ action, resource })))
    .slice(0, MAX_SAMPLES);
}

function samplesIn(service: string, policies: readonly NamedPolicy[], region: string | undefined): Samples {
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
    actions: [...new Set(relevant.flatMap(({ actions }) => actions.map(sampleOf)))],
    resources: [
      ...new Set(
        relevant.flatMap(({ resources }) =>
          resources.flatMap((it) => (it === "*" ? it : (sampleIn(it, region) ?? []))),
        ),
      ),
    ],
  };
}

/** A resource in a Region that a pattern matches; undefined if the pattern is for another Region. */
function sampleIn(pattern: string, region: string | undefined): string | undefined {
  const parts = pattern.split(":");
  const [arn, , , own = ""] = parts;
  if (arn !== "arn" || own === "" || region === undefined) return sampleOf(pattern);
  if (!new RegExp(`^${own.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(region)) return undefined;
  return sampleOf([...parts.slice(0, 3), region, ...parts.slice(4)].join(":"));
}

/** A text that a pattern matches. */
function sampleOf(pattern: string): string {
  return pattern.replaceAll("*", "Example").replaceAll("?", "x");
}
