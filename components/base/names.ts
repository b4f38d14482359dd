import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

// Physical names that the program chooses instead of AWS, so that policies with the name are known at the first
// preview. Every such name is made here.

/** The stack that a name is made for. Pulumi allows 100 letters, digits and `_ . -` in each. */
export interface NameOwner {
  readonly project: string;
  readonly stack: string;
}

/** What a service allows as a name. */
interface NameRule {
  /** The most characters. */
  readonly longest: number;
  /** The whole name. */
  readonly legal: RegExp;
  /** A character that the service refuses; it becomes a hyphen. */
  readonly refused: RegExp;
  /** Whether the service takes small letters only. */
  readonly lowerCase?: true;
  /** AWS's page on it. */
  readonly page: string;
}

const WORDS = { legal: /^[A-Za-z0-9_-]+$/, refused: /[^A-Za-z0-9_-]+/g } as const;
const DOTTED = { legal: /^[A-Za-z0-9_.-]+$/, refused: /[^A-Za-z0-9_.-]+/g } as const;

/** The rules of each kind of name. Other characters than these never occur in a project's or a stack's name. */
export const NAME_RULES = {
  bucket: {
    longest: 63,
    legal: /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]*[a-z0-9]$/,
    refused: /[^a-z0-9-]+/g,
    lowerCase: true,
    page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  },
  cluster: {
    longest: 63,
    legal: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    refused: /[^a-z0-9]+/g,
    lowerCase: true,
    page: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
  },
  dashboard: {
    longest: 255,
    ...WORDS,
    page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html",
  },
  deploymentApplication: {
    longest: 100,
    ...DOTTED,
    page: "https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html",
  },
  logGroup: {
    // 512 with the beginning, such as /aws/lambda/, and what RDS appends.
    longest: 400,
    ...DOTTED,
    page: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
  },
  queue: {
    longest: 80,
    ...WORDS,
    page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html",
  },
  rule: {
    longest: 64,
    ...DOTTED,
    page: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
  },
  table: {
    longest: 255,
    ...DOTTED,
    page: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
  },
  topic: {
    longest: 256,
    ...WORDS,
    page: "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html",
  },
} as const satisfies Readonly<Record<string, NameRule>>;

export type NameKind = keyof typeof NAME_RULES;

const HASH_LENGTH = 8;

/**
 * Returns a name of the stack's own: `PROJECT-STACK-NAME` if the service allows it and no other stack can have it, else
 * `START-HASH-NAME`, in which the hash of 8 hexadecimal digits is of project, stack and name.
 *
 * A stack's name with a hyphen gets a hash because the parts of `a-b-c` may be those of project `a` and stack `b-c` or
 * of project `a-b` and stack `c`. So does one that looks like a hash.
 * @param name what the name is for, such as `messages`; empty for the stack itself. Of the kinds' names no one may be
 *   the end of another after a hyphen.
 * @param scope what else tells names apart that are not of one Region, such as the Region and the account
 */
export function physicalName(
  kind: NameKind,
  name: string,
  scope: readonly string[] = [],
  owner = self(),
): string {
  const rule: NameRule = NAME_RULES[kind];
  const { project, stack } = owner;
  const rest = [name, ...scope].filter((part) => part !== "");
  const plain = [project, stack, ...rest].join("-");
  const isUnique = !stack.includes("-") && !/^[0-9a-f]{8}$/.test(stack);
  if (isUnique && plain.length <= rule.longest && rule.legal.test(plain)) return plain;
  const end = [hashOf([project, stack, ...rest]), ...rest].join("-");
  return `${start(rule, owner, rule.longest - end.length - 1)}-${end}`;
}

/** The readable part of a shortened name: as much of project and stack as there is room for. */
function start({ refused, lowerCase }: NameRule, { project, stack }: NameOwner, length: number): string {
  const full = `${project}-${stack}`;
  const readable = (lowerCase ? full.toLowerCase() : full).replace(refused, "-").replace(/-{2,}/g, "-");
  // A database cluster's name begins with a letter, and S3 keeps some beginnings to itself.
  const begun = readable.replace(/^[^A-Za-z]+/, "").replace(/^(xn-|sthree-|amzn-s3-demo-)/, "s-$1");
  const cut = begun.slice(0, length).replace(/[^A-Za-z0-9]+$/, "");
  return cut === "" ? "stack" : cut;
}

function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, HASH_LENGTH);
}

/** The name that earlier versions of this program gave whatever the stack was called; two stacks could have the same. */
export function formerName(name: string, { project, stack } = self()): string {
  return `${project}-${stack}-${name}`;
}

/** Like {@link formerName}, for a database's cluster. */
export function formerClusterName(name: string, owner = self()): string {
  return formerName(name, owner)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(-63)
    .replace(/^[^a-z]+|-+$/g, "");
}

/** Name of a log group: `/aws/lambda/PROJECT-STACK-fetcher`. */
export function logGroupName(folder: string, name: string, owner = self()): string {
  return `${folder}/${physicalName("logGroup", name, [], owner)}`;
}

/**
 * Name of a saved query, in which the console shows each slash as a folder. Projects and stacks have no slash, and all
 * parts together have less than the 255 characters that a query's name may have.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
 */
export function queryName(name: string, title: string, { project, stack } = self()): string {
  return `${project}/${stack}/${name}/${title}`;
}

/**
 * Namespace of the stack's own metrics: `PROJECT/STACK`. `AWS/` belongs to AWS.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
export function metricNamespace({ project, stack } = self()): string {
  return `${/^aws$/i.test(project) ? `${project}-` : project}/${stack}`;
}

/**
 * Beginning of a signing profile's name. AWS never frees the name of a profile, so the provider appends 26 characters
 * of its own, and 64 are allowed.
 * @see https://docs.aws.amazon.com/signer/latest/api/API_PutSigningProfile.html
 */
export function signingProfilePrefix({ project, stack } = self()): string {
  return `${project}_${stack}_`.replace(/[^A-Za-z0-9_]/g, "_").slice(0, 38);
}

function self(): NameOwner {
  return { project: pulumi.getProject(), stack: pulumi.getStack() };
}
