import { actionsOf } from "../../aws/service-actions.js";
import type { Graph } from "../../graph/model.js";
import {
  commonText,
  contains,
  globTokens,
  matchesText,
  type NamedPolicy,
  sourceChars,
} from "../../iam/index.js";
import { isSet } from "../../resources/unknown.js";

/** A request that stands for all requests of its kind. */
export interface Sample {
  readonly action: string;
  /** The action as a policy writes it: `sqs:Send*`. */
  readonly written: string;
  /** An ARN, `*` for one without a known account, or undefined for an ARN that is not known. */
  readonly resource: string | undefined;
}

/**
 * Services whose actions have another prefix than the name of their endpoint.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const ACTION_PREFIXES: Readonly<Record<string, string>> = {
  "bedrock-runtime": "bedrock",
  "bedrock-agent-runtime": "bedrock",
  "ecr.api": "ecr",
  "ecr.dkr": "ecr",
  "kinesis-firehose": "firehose",
  "kinesis-streams": "kinesis",
  monitoring: "cloudwatch",
  email: "ses",
  "email-smtp": "ses",
  "sync-states": "states",
};

/** The prefix of a service's actions: `cloudwatch` for `monitoring`. */
export function actionPrefix(service: string): string {
  return ACTION_PREFIXES[service] ?? service;
}

/** The service whose resources are in question, with the Region and the account of the call. */
export interface Where {
  readonly graph: Graph;
  readonly service: string;
  readonly region: string | undefined;
  readonly account: string | undefined;
}

/** The limit on samples. Policies are short, so more samples would only repeat. */
const MAX_SAMPLES = 2_000;

/**
 * Requests that stand for all that the policies speak of in a service: a text for each pattern, and one for what two
 * patterns have in common, because each of two policies may allow a part only.
 */
export function sampleRequests(
  service: string,
  policies: readonly NamedPolicy[],
  resources: readonly (string | undefined)[],
): readonly Sample[] {
  const prefix = actionPrefix(service);
  const patterns = policies
    .flatMap(({ document }) => document?.statements ?? [])
    .flatMap(({ effect, actions }) => {
      const named = actions.patterns
        .filter((pattern) => isOf(prefix, pattern))
        .map((it) => within(prefix, it));
      return actions.negated && effect === "Allow" ? [...named, `${prefix}:*`] : named;
    });
  // A policy that names no action may still not be known, and then any action of the service is unknown.
  const written = patterns.length === 0 ? [`${prefix}:*`] : [...new Set(patterns)];
  const known = written.flatMap((pattern) => knownActions(prefix, pattern));
  const others = written.filter((pattern) => knownActions(prefix, pattern).length === 0);
  const actions = [
    ...known.map((action) => ({ text: action, written: action })),
    ...samplesOf(others, (text) => text.toLowerCase()),
  ];
  return [...new Map(actions.map((sample) => [sample.text.toLowerCase(), sample])).values()]
    .flatMap((sample) =>
      resources.map((resource) => ({ action: sample.text, written: sample.written, resource })),
    )
    .slice(0, MAX_SAMPLES);
}

/** The actions that exist and that a pattern with a wildcard matches. */
function knownActions(prefix: string, pattern: string): readonly string[] {
  if (!/[*?]/.test(pattern)) return [];
  const tokens = globTokens(sourceChars(pattern.toLowerCase()));
  return actionsOf(prefix).filter((action) => matchesText(tokens, action.toLowerCase()));
}

/** ARNs that stand for all that a pattern and the policies have in common; undefined for an ARN that is not known. */
export function samplesWithin(
  where: Where,
  policies: readonly NamedPolicy[],
  pattern: string | undefined,
): readonly (string | undefined)[] {
  if (pattern === undefined || !/[*?]/.test(pattern)) return [pattern];
  const tokens = globTokens(sourceChars(pattern));
  const patterns = [...resourcePatterns(where, policies), pattern];
  return samplesOf(patterns, (text) => text).flatMap(({ text }) => (matchesText(tokens, text) ? [text] : []));
}

/**
 * The resources that an action may be on if the question names none: those of the stack, those that the policies
 * name, and one that none names.
 */
export function sampleResources(where: Where, policies: readonly NamedPolicy[]): readonly string[] {
  const own = [...where.graph.managedResources.values()].flatMap(({ service, arn }) =>
    service === where.service && isSet(arn) && mayExist(where, arn) ? [arn] : [],
  );
  const named = samplesOf(resourcePatterns(where, policies), (text) => text).map(({ text }) => text);
  return [...new Set([...named, ...own, anyResource(where)])].slice(0, MAX_SAMPLES);
}

/** A resource that no policy names. It has an ARN, because a deny of the service's ARNs covers it too. */
function anyResource({ service, region, account }: Where): string {
  if (service === "s3") return "arn:aws:s3:::Example";
  if (region === undefined || account === undefined) return "*";
  return `arn:aws:${actionPrefix(service)}:${region}:${account}:Example`;
}

function resourcePatterns(where: Where, policies: readonly NamedPolicy[]): string[] {
  const prefix = actionPrefix(where.service);
  return policies
    .flatMap(({ document }) => document?.statements ?? [])
    .filter(({ actions }) => actions.negated || actions.patterns.some((pattern) => isOf(prefix, pattern)))
    .flatMap(({ resources }) => resources?.patterns ?? [])
    .filter((pattern) => pattern !== "*" && !pattern.startsWith("execute-api:/"))
    .map((pattern) => narrowed(where, pattern))
    .filter((pattern) => mayExist(where, pattern));
}

function isOf(prefix: string, pattern: string): boolean {
  return pattern === "*" || pattern === "*:*" || pattern.toLowerCase().startsWith(`${prefix}:`);
}

function within(prefix: string, pattern: string): string {
  return pattern === "*" || pattern === "*:*" ? `${prefix}:*` : pattern;
}

interface PatternSample {
  readonly text: string;
  readonly written: string;
}

/** A text for each pattern, and one for each pair of patterns that share texts. */
function samplesOf(written: readonly string[], compared: (text: string) => string): readonly PatternSample[] {
  const patterns = [...new Set(written)];
  const tokens = patterns.map((pattern) => globTokens(sourceChars(compared(pattern))));
  const single = patterns.map((pattern) => ({ text: sampleOf(pattern), written: pattern }));
  const shared = patterns.flatMap((one, i) =>
    patterns.slice(i + 1).flatMap((other, after): PatternSample[] => {
      const [left = [], right = []] = [tokens[i], tokens[i + 1 + after]];
      if (contains(left, right) || contains(right, left)) return [];
      const text = commonText(left, right);
      return text === undefined ? [] : [{ text, written: `${one} as ${other}` }];
    }),
  );
  return [...new Map([...single, ...shared].map((sample) => [sample.text, sample])).values()];
}

/** A text that a pattern matches. */
function sampleOf(pattern: string): string {
  return pattern
    .replace(/\$\{[^}]*\}/g, "Example")
    .replaceAll("*", "Example")
    .replaceAll("?", "x");
}

/** A pattern of ARNs, in the call's Region and account if it has wildcards for them. */
function narrowed({ service, region, account }: Where, pattern: string): string {
  const parts = pattern.split(":");
  const [
    arn = "arn",
    partition = "*",
    vendor = actionPrefix(service),
    place = "*",
    owner = "*",
    ...resource
  ] = parts;
  return [
    arn,
    filled(partition, "aws"),
    vendor,
    filled(place, region),
    filled(owner, account),
    resource.length === 0 ? "*" : resource.join(":"),
  ].join(":");
}

/** Whether the service can have such a resource in the call's Region, in any account. */
function mayExist({ region }: Where, pattern: string): boolean {
  const [, , , place = "", owner = ""] = pattern.split(":");
  const isHere = place === "" || region === undefined || place === region;
  return isHere && /^(\d{12}|aws|\*|)$/.test(owner);
}

function filled(pattern: string, value: string | undefined): string {
  const isWild = /[*?]/.test(pattern);
  return isWild && value !== undefined && matchesText(globTokens(sourceChars(pattern)), value)
    ? value
    : pattern;
}
