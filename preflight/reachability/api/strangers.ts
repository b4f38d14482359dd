import { createHash } from "node:crypto";
import { type AddressSet, addressesOf } from "../../aws/address-sets.js";
import { type Cidr, parseCidr } from "../../aws/cidr.js";
import type { Graph, PolicySource } from "../../graph/model.js";
import {
  accountOfPrincipal,
  type ContextInput,
  comparedValues,
  type Examples,
  type Principal,
  principalOf,
  type Statement,
  toldApart,
} from "../../iam/index.js";
import type { Exceptions, Place } from "../../intents.js";
import { isKnown } from "../../resources/unknown.js";
import { ALLOW_ALL, named } from "../services/policies.js";
import type { Requester } from "./policies.js";

export type ForeignEndpoint = Extract<Place, { kind: "foreign-endpoint" }>;

/** A call through an endpoint that is not the stack's, as the policies of an API see it. */
export interface Stranger {
  /** The endpoint's id if a policy names it. */
  readonly endpoint: string | undefined;
  /** One address; undefined if no policy names addresses. */
  readonly address: AddressSet | undefined;
  readonly requester: Requester;
}

export interface Strangers {
  readonly all: readonly Stranger[];
  /** Whether they stand for every call that the policies tell apart. */
  readonly complete: boolean;
}

const NO_EXCEPTIONS: Exceptions = { vpcEndpoints: [], vpcs: [], accounts: [] };

/**
 * The calls through endpoints that are not the stack's, one for each case that the policies tell apart. The caller owns
 * its VPC and endpoint, so it has any address there, sends any header, and nothing on its side refuses the call. An
 * endpoint that a policy names is a stranger's too, unless it is the stack's or one of the exceptions.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 * @param signed whether the API knows who signs the call
 */
export function strangers(
  graph: Graph,
  { account, except = NO_EXCEPTIONS }: ForeignEndpoint,
  policies: readonly PolicySource[],
  signed: boolean,
): Strangers {
  const statements = policies.flatMap((policy) => named(policy, "api-gateway").document?.statements ?? []);
  const own = ownIds(graph);
  const foreign = (key: string, likely: readonly string[], excepted: readonly string[]): Examples => {
    // AWS writes ids in small letters, so no endpoint has another spelling of one.
    const found = toldApart(
      comparedValues(statements, key).map((value) => value.toLowerCase()),
      likely,
    );
    return { ...found, values: found.values.filter((id) => !own.has(id) && !excepted.includes(id)) };
  };
  const unnamed = likelyTexts("vpce-0");
  const endpoints = foreign("aws:SourceVpce", unnamed, except.vpcEndpoints);
  const vpcs = foreign("aws:SourceVpc", likelyTexts("vpc-0"), except.vpcs);
  const signers = signed ? signersOf(graph, account, except, statements) : UNSIGNED;
  const sent = headersOf(statements);
  const all = endpoints.values.flatMap((endpoint) =>
    vpcs.values.flatMap((vpc) =>
      addressesIn(statements).flatMap((address) =>
        signers.all.flatMap((signer) =>
          sent.all.map((headers): Stranger => {
            const from = { "aws:SourceVpce": endpoint, "aws:SourceVpc": vpc };
            const requester = { ...signer, context: { ...signer.context, ...headers, ...from } };
            return { endpoint: unnamed.includes(endpoint) ? undefined : endpoint, address, requester };
          }),
        ),
      ),
    ),
  );
  return {
    all: all.slice(0, MOST),
    complete: all.length <= MOST && [endpoints, vpcs, signers, sent].every(({ complete }) => complete),
  };
}

/** Enough for any policy that a person wrote. */
const MOST = 2000;

/** The ids of the stack's endpoints and VPCs, and of the VPCs that it has subnets or endpoints in. */
function ownIds({ endpoints, vpcs, subnets }: Graph): ReadonlySet<string> {
  const nodes = [...endpoints.values(), ...vpcs.values()];
  const within = [...endpoints.values(), ...subnets.values()];
  return new Set([
    ...nodes.flatMap(({ ref }) => ref.id ?? []),
    ...within.flatMap(({ vpc }) => (isKnown(vpc) ? [vpc] : [])),
  ]);
}

/** Values that look like AWS's: 16 hexadecimal digits after a prefix. Their digits differ in every place. */
function likelyTexts(prefix: string): string[] {
  return Array.from({ length: 64 }, (_, at) => `${prefix}${digest(`${prefix}${at}`).slice(0, 16)}`);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Addresses at the ends of the blocks in the policies. A VPC may have any block, also one that the stack's VPC has. */
function addressesIn(statements: readonly Statement[]): (AddressSet | undefined)[] {
  const named = comparedValues(statements, "aws:VpcSourceIp").flatMap((value) => parseCidr(value) ?? []);
  if (named.length === 0) return [undefined];
  const blocks = [...named, ...SAMPLES];
  const single = ({ family }: Cidr, value: bigint): Cidr[] => {
    const prefix = family === 4 ? 32 : 128;
    return value < 0n || value >= 1n << BigInt(prefix) ? [] : [{ family, first: value, last: value, prefix }];
  };
  return blocks
    .flatMap((block) =>
      [block.first, block.last, block.first - 1n, block.last + 1n].flatMap((value) => single(block, value)),
    )
    .map(addressesOf);
}

/** One block of each family, because an endpoint may have addresses of both. */
const SAMPLES = ["10.0.0.0/16", "2001:db8::/64"].flatMap((text) => parseCidr(text) ?? []);

/** Headers that a caller sets as it likes. */
const HEADERS = ["aws:Referer", "aws:UserAgent"] as const;

type Context = Readonly<Record<string, ContextInput>>;

function headersOf(statements: readonly Statement[]): { all: readonly Context[]; complete: boolean } {
  let all: Context[] = [{}];
  let complete = true;
  for (const key of HEADERS) {
    const found = choices(statements, key, likelyTexts(""));
    complete &&= found.complete;
    all = all.flatMap((context) => found.values.map((value) => ({ ...context, [key]: value })));
  }
  return { all, complete };
}

/** The examples of a key that a request may lack. */
function choices(statements: readonly Statement[], key: string, likely: readonly string[]) {
  const patterns = comparedValues(statements, key);
  if (patterns.length === 0) return { values: [undefined], complete: true };
  const { values, complete } = toldApart(patterns, likely);
  return { values: [null, ...values], complete };
}

interface Signers {
  readonly all: readonly Requester[];
  readonly complete: boolean;
}

const UNSIGNED: Signers = {
  all: [{ principal: { kind: "anonymous" }, identity: [], context: {} }],
  complete: true,
};

/**
 * Those who may sign a call: a role and a user of each account that the policies tell apart, and everyone that they
 * name. In a VPC of another account, a caller may have credentials of any account.
 */
function signersOf(
  graph: Graph,
  account: ForeignEndpoint["account"],
  { accounts: excepted }: Exceptions,
  statements: readonly Statement[],
): Signers {
  const compared = (key: string) => comparedValues(statements, key);
  const listed = statements.flatMap(({ principals }) => principals?.aws ?? []);
  const others = Array.from({ length: 64 }, (_, at) => accountId(at)).filter((id) => id !== graph.account);
  const accounts = toldApart(
    [...compared("aws:PrincipalAccount"), ...[...listed, ...compared("aws:PrincipalArn")].flatMap(accountIn)],
    others,
  );
  const known = [...new Set([...(graph.account === undefined ? [] : [graph.account]), ...accounts.values])];
  const likely = known.flatMap((id) => [
    `arn:aws:iam::${id}:role/stranger`,
    `arn:aws:iam::${id}:user/stranger`,
  ]);
  const patterns = [...compared("aws:PrincipalArn"), ...listed.filter(isArn)];
  const arns = toldApart(
    patterns.flatMap((pattern) => inAccounts(pattern, known)),
    likely,
  );
  const organizations = choices(statements, "aws:PrincipalOrgID", likelyTexts("o-"));
  const principals = [...new Set([...likely, ...arns.values])].map(principalNamed);
  const able = principals.filter(isPrincipal).filter((principal) => {
    const own = accountOfPrincipal(principal) ?? "";
    return !excepted.includes(own) && (account === "other" || own === graph.account);
  });
  return {
    all: able.flatMap((principal) =>
      organizations.values.map((value) => ({
        principal,
        identity: [ALLOW_ALL],
        context: value === undefined ? {} : { "aws:PrincipalOrgID": value },
      })),
    ),
    complete:
      [accounts, arns, organizations].every(({ complete }) => complete) &&
      graph.account !== undefined &&
      principals.every(isPrincipal),
  };
}

function accountId(at: number): string {
  return String(BigInt(`0x${digest(`account${at}`).slice(0, 12)}`) % 10n ** 12n).padStart(12, "0");
}

function isArn(text: string): boolean {
  return text.startsWith("arn:");
}

/** The account of an account's id or of a principal's ARN, which may be a pattern. */
function accountIn(text: string): string[] {
  return [isArn(text) ? (text.split(":")[4] ?? "") : text].filter((id) => /^[\d?*]+$/.test(id) && id !== "*");
}

/** The patterns that an ARN with a pattern for its account means, one for each account. */
function inAccounts(pattern: string, accounts: readonly string[]): string[] {
  const parts = pattern.split(":");
  const own = parts[4] ?? "";
  if (!/[*?]/.test(own)) return [pattern];
  const isOne = new RegExp(`^${own.replaceAll("*", "\\d*").replaceAll("?", "\\d")}$`);
  return accounts
    .filter((account) => isOne.test(account))
    .map((account) => [...parts.slice(0, 4), account, ...parts.slice(5)].join(":"));
}

/** The principal of an ARN; undefined for the ARN of anything else. */
function principalNamed(arn: string): Principal | undefined {
  try {
    return principalOf(arn);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isPrincipal(principal: Principal | undefined): principal is Principal {
  return principal !== undefined;
}
