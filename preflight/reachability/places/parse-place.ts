import { closest, distance } from "fastest-levenshtein";
import { parseCidr } from "../../aws/cidr.js";
import { SERVICES } from "../../aws/services.js";
import { UserError } from "../../errors/user-error.js";
import { isUnique } from "../../graph/build/references.js";
import type { Graph, ResourceRef } from "../../graph/model.js";
import { isModelled } from "../../graph/modelled-types.js";
import type { Place, Tier } from "../../intents.js";
import type { SourceResource } from "../../resources/resource.js";
import { words } from "../../resources/terms.js";
import { isKnown } from "../../resources/unknown.js";
import { tierOf } from "../network/route-tables.js";
import { parseUrl } from "./parse-host.js";
import { knownService, noSuchService, parseService, winsOverResources } from "./parse-service.js";
import { mayHaveMethod, nodesNamed } from "./resolve.js";

const TIERS: readonly Tier[] = ["public", "private", "isolated"];

/** The kinds of places that have a name, with the nodes of the graph that they mean. */
const NODES = {
  function: "functions",
  subnet: "subnets",
  vpc: "vpcs",
  peer: "peerings",
  "transit-gateway": "transitGatewayAttachments",
  "security-group": "securityGroups",
  endpoint: "endpoints",
  resource: "managedResources",
} as const;

const NAMED = [
  "function",
  "subnet",
  "vpc",
  "peer",
  "transit-gateway",
  "security-group",
  "endpoint",
  "resource",
] as const;

/**
 * Parses a place as a user writes it: `internet`, `internet over IPv6`, `fetcher`, `ssm`, `ssm:GetParametersByPath`, `ssm in us-east-1`,
 * `sqs.us-east-1.amazonaws.com`, `GET /messages`, `GET /messages with a token`,
 * `10.20.1.5:5432`, `[2001:db8::1]:443`, `https://example.com`, `private subnets`, `subnet:NAME`, `vpc:NAME`, `security-group:NAME`,
 * `GET /messages via front-door` through one load balancer, `GET /messages directly` through none, `another API`,
 * `endpoint:NAME`, `resource:NAME`, `peer:NAME` for the VPC at the other end of a peering connection,
 * `transit-gateway:NAME` for the one behind an attachment, or the name of
 * any of them. `vpce-…` and `vpc-…` may be ids of another account that are not in the stack; `another VPC` and
 * `another account's VPC` mean every VPC that is not the stack's and has an execute-api endpoint of its own.
 *
 * @throws UserError if the graph has nothing of that name; the message suggests the closest name
 */
export function parsePlace(text: string, graph: Graph): Place {
  const written = text.trim();
  if (written === "")
    throw new UserError("a place is empty; write a function, a service, an address or internet");
  return (
    parseWord(written, graph) ??
    parseInvoker(written) ??
    parseMethod(written, graph) ??
    parseUrl(written, graph) ??
    parseAddress(written) ??
    parseService(written, graph) ??
    parsePrefixed(written, graph) ??
    parseName(written, graph) ??
    externalPlace(written) ??
    fail(written, graph)
  );
}

function parseWord(text: string, graph: Graph): Place | undefined {
  if (/^(the )?internet$/i.test(text)) return { kind: "internet" };
  if (/^(the )?internet over ipv6$/i.test(text)) return { kind: "internet", family: 6 };
  if (/^another (?:private )?api$/i.test(text)) return { kind: "other-api", besides: [] };
  const tier = TIERS.find((word) => new RegExp(`^(?:${word}[ -]subnets?|subnets:${word})$`, "i").test(text));
  if (tier !== undefined) return subnetsOf(tier, graph);
  const [another, account] =
    /^another[ -](?:(account)(?:'?s)?[ -])?vpc(?:(?:'?s)?[ -](?:execute-api[ -])?endpoint)?$/i.exec(text) ??
    [];
  if (another !== undefined)
    return { kind: "foreign-endpoint", account: account === undefined ? "own" : "other" };
  const [, service] =
    /^(?:a )?vpc[ -]without[ -](?:(?:an?|the) )?([a-z0-9.-]+?)(?:[ -]endpoint)?$/i.exec(text) ?? [];
  if (service === undefined) return undefined;
  return { kind: "vpc-without-endpoint", service: knownService(service, graph) ?? noSuchService(service) };
}

/**
 * The subnets of a tier. Without a subnet behind a NAT gateway, `private subnets` are the isolated ones: AWS calls every
 * subnet without a route to an internet gateway private.
 * https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
 */
function subnetsOf(tier: Tier, graph: Graph): Place {
  const tiers = new Set([...graph.subnets.values()].map((subnet) => tierOf(graph, subnet)));
  const found = tier === "private" && !tiers.has("private") && tiers.has("isolated") ? "isolated" : tier;
  if (tiers.has(found) || tiers.has(undefined)) return { kind: "subnets", tier: found };
  throw new UserError(`no such place: the stack has no ${tier} subnets`);
}

/** @throws UserError if no API of the stack can have the method */
function parseMethod(text: string, graph: Graph): Place | undefined {
  const [, verb, path, token, directly, balancer] =
    /^([A-Za-z]+)\s+(\/\S*)(?:\s+(with|without)\s+(?:a\s+)?token)?(?:\s+(directly)|\s+via\s+(\S.*))?$/i.exec(
      text,
    ) ?? [];
  if (verb === undefined || path === undefined) return undefined;
  const method = verb.toUpperCase();
  const place: Place = {
    kind: "method",
    method,
    path: path.length > 1 ? path.replace(/\/$/, "") : path,
    ...(token !== undefined && { token: token.toLowerCase() === "with" }),
    ...(directly !== undefined && { direct: true }),
    ...(balancer !== undefined && { loadBalancer: loadBalancerNamed(balancer, graph) }),
  };
  return mayHaveMethod(graph, place)
    ? place
    : noSuchPlace("no method", `${method} ${place.path}`, methodsOf(graph));
}

/** @throws UserError if the stack has no load balancer of that name */
function loadBalancerNamed(name: string, graph: Graph): string {
  const found = nodesNamed(graph, "managedResources", name).filter(({ ref }) =>
    graph.loadBalancers.has(ref.urn),
  );
  if (found.length > 0) return name;
  return noSuchPlace(
    "no load balancer called",
    name,
    [...graph.loadBalancers.values()].map(({ ref }) => ref.name),
  );
}

/** Parses an address. A text of hexadecimal letters without a colon, such as `db`, is a name. */
function parseAddress(text: string): Place | undefined {
  const [, bracketed, port6] = /^\[([0-9a-f:./]+)\](?::(\d+))?$/i.exec(text) ?? [];
  const [, plain, port4] = /^(\d+\.\d+\.\d+\.\d+(?:\/\d+)?)(?::(\d+))?$/.exec(text) ?? [];
  const bare = /^[0-9a-f:]*:[0-9a-f:.]*(?:\/\d+)?$/i.test(text) ? text : undefined;
  const address =
    bracketed ?? plain ?? (bare !== undefined && parseCidr(bare) !== undefined ? bare : undefined);
  if (address === undefined) return undefined;
  if (parseCidr(address) === undefined) throw new UserError(`"${address}" is not an address or a CIDR block`);
  const port = port6 ?? port4;
  if (port === undefined) return { kind: "address", address };
  if (Number(port) < 1 || Number(port) > 65535)
    throw new UserError(`port ${port} is not between 1 and 65535`);
  return { kind: "address", address, port: Number(port) };
}

function parsePrefixed(text: string, graph: Graph): Place | undefined {
  const [, prefix = "", name = ""] = /^([a-z-]+):(.+)$/.exec(text) ?? [];
  const kind = NAMED.find((word) => word === (prefix === "sg" ? "security-group" : prefix));
  if (kind !== undefined) {
    const foreign = externalPlace(name);
    if (foreign?.kind === kind && graph.find(name).length === 0) return foreign;
    if (nodesNamed(graph, NODES[kind], name).length === 0) fail(name, graph, kind);
    return oneOf(graph, kind, name);
  }
  return undefined;
}

/** Parses a name. A frequent service takes precedence over resources of the same name, any other one does not. */
function parseName(text: string, graph: Graph): Place | undefined {
  if (nodesNamed(graph, "functions", text).length > 0) return oneOf(graph, "function", text);
  const service = knownService(text, graph);
  if (service !== undefined && winsOverResources(text, graph)) return { kind: "service", service };
  const kind = (
    ["resource", "subnet", "security-group", "endpoint", "vpc", "peer", "transit-gateway"] as const
  ).find((word) => nodesNamed(graph, NODES[word], text).length > 0);
  if (kind !== undefined) return oneOf(graph, kind, text);
  return service === undefined ? undefined : { kind: "service", service };
}

type NamedKind = (typeof NAMED)[number];

/**
 * The place of a name that means one resource, or all resources inside one component.
 * @throws UserError if several resources have the name, because the account and the Region are part of every name
 */
function oneOf(graph: Graph, kind: NamedKind, name: string): Place {
  const found = graph.find(name);
  const namesakes = [...graph[NODES[kind]].values()].filter(({ ref }) => {
    const own = graph.resources.get(ref.urn)?.properties.name;
    return found.includes(ref.urn) || (!graph.resources.has(name) && (ref.id === name || own === name));
  });
  if (namesakes.length <= 1 || isUnique(name)) return { kind, name };
  const each = namesakes.map(({ ref }) => `  ${callOf(graph, ref)}`);
  throw new UserError(
    `"${name}" is the name of ${namesakes.length} resources. Ask for one of them:\n${each.join("\n")}`,
  );
}

/** The name by which a resource can be asked for, with its account and Region. */
function callOf(graph: Graph, { urn }: ResourceRef): string {
  const { account, region } = graph.homeOf(urn);
  const where = [region, account].filter((part) => part !== undefined).join(", ");
  return where === "" ? urn : `${urn} (${where})`;
}

/**
 * A name that means no place: of a resource of another type, or of nothing.
 * @throws UserError always
 */
function fail(text: string, graph: Graph, kind?: NamedKind): never {
  const [other] = graph.find(text).flatMap((key) => graph.resources.get(key) ?? []);
  if (kind === undefined && other !== undefined) throw new UserError(noPlace(other));
  const [, prefix] = /^([a-z0-9.-]+):[A-Z]\w*$/.exec(text) ?? [];
  if (kind === undefined && prefix !== undefined) noSuchService(prefix);
  const kinds = kind === undefined ? NAMED : [kind];
  const names = kinds.flatMap((each) => [...graph[NODES[each]].values()].map(({ ref }) => ref.name));
  const own = kind === undefined ? ["internet", ...methodsOf(graph), ...componentsOf(graph)] : [];
  const services = kind === undefined ? SERVICES : [];
  const what = kind === undefined ? "nothing called" : `no ${words(kind)} called`;
  return noSuchPlace(what, text, [...own, ...names], services);
}

/** How many names an error lists if none of them is near. */
const MOST_NAMES = 12;

/**
 * @param what `nothing called`, `no subnet called`
 * @param own the names of the stack, which are listed if no name is near
 * @param others further names that may be meant
 * @throws UserError always
 */
function noSuchPlace(
  what: string,
  text: string,
  own: readonly string[],
  others: readonly string[] = [],
): never {
  const names = [...new Set(own)];
  const near = nearest(text, [...names, ...others]);
  const listed = names.slice(0, MOST_NAMES).join(", ");
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  const has = names.length === 0 ? "it has none" : `it has ${listed}${more}`;
  const help = near === undefined ? has : `did you mean "${near}"?`;
  throw new UserError(`no such place: the stack has ${what} "${text}"; ${help}`);
}

/** The nearest name, if it is so near that a slip of the keyboard explains the difference. */
function nearest(text: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const best = closest(text, names);
  return distance(text, best) <= Math.max(text.length > 3 ? 2 : 1, text.length / 3) ? best : undefined;
}

function noPlace({ type, name }: SourceResource): string {
  if (!type.startsWith("aws:") && !type.startsWith("pulumi:"))
    return `"${name}" is a ${type}, and nothing inside it is a place`;
  return isModelled(type)
    ? `"${name}" is a ${type}, which is read but calls nothing and is not called`
    : `"${name}" is a ${type}, which is not modelled, so nothing is known of what it reaches or what reaches it`;
}

/** The names of components, which mean the resources inside them. */
function componentsOf({ resources }: Graph): string[] {
  return [...resources.values()].flatMap(({ type, name }) => (/^(aws|pulumi):/.test(type) ? [] : [name]));
}

function methodsOf(graph: Graph): string[] {
  return [...graph.apis.values(), ...graph.httpApis.values()].flatMap(({ methods }) =>
    methods.flatMap(({ httpMethod, path }) =>
      isKnown(httpMethod) && isKnown(path) ? [`${httpMethod} ${path}`] : [],
    ),
  );
}

/** An endpoint or a VPC that may be outside of the stack, by its id. */
export type ExternalPlace = Extract<Place, { kind: "endpoint" | "vpc" }>;

const IDS = [
  ["endpoint", /^vpce-[0-9a-f]{8,17}$/],
  ["vpc", /^vpc-[0-9a-f]{8,17}$/],
] as const;

/** The place of an id as AWS writes it, whether or not the stack has the resource. */
function externalPlace(name: string): ExternalPlace | undefined {
  const kind = IDS.find(([, pattern]) => pattern.test(name))?.[0];
  return kind === undefined ? undefined : { kind, name };
}

/** The place if its name is an id that the stack neither has nor refers to. */
export function externalIn(graph: Graph, { kind, name }: ExternalPlace): ExternalPlace | undefined {
  const place = externalPlace(name);
  if (place?.kind !== kind || graph.find(name).length > 0) return undefined;
  const spokenOf = [...graph.subnets.values(), ...graph.endpoints.values()];
  return spokenOf.some(({ vpc }) => vpc === name) ? undefined : place;
}

function tokenOf({ token }: Extract<Place, { kind: "method" }>): string {
  return token === undefined ? "" : token ? " with a token" : " without a token";
}

function wayOf({ loadBalancer, direct }: Extract<Place, { kind: "method" }>): string {
  if (direct === true) return " directly";
  return loadBalancer === undefined ? "" : ` via ${loadBalancer}`;
}

/** `account 111122223333`, `another account`, `s3.amazonaws.com for arn:aws:s3:::uploads`. */
function labelOfInvoker({
  principal,
  sourceAccount,
  sourceArn,
}: Extract<Place, { kind: "invoker" }>): string {
  if (principal === "other") return "another account";
  if (/^\d{12}$/.test(principal)) return `account ${principal}`;
  if (sourceAccount === "other") return `${principal} for another account`;
  return sourceArn === undefined ? principal : `${principal} for ${sourceArn}`;
}

/** Parses what {@link labelOfInvoker} writes. */
function parseInvoker(text: string): Place | undefined {
  if (/^another[ -]account$/i.test(text)) return { kind: "invoker", principal: "other" };
  const [, account] = /^account[ :-](\d{12})$/i.exec(text) ?? [];
  if (account !== undefined) return { kind: "invoker", principal: account };
  const [, principal, arn, owner] =
    /^([a-z0-9.-]+\.amazonaws\.com(?:\.cn)?) for (?:(arn:\S+)(?: of (\d{12}))?|another account)$/i.exec(
      text,
    ) ?? [];
  if (principal === undefined) return undefined;
  if (arn === undefined) return { kind: "invoker", principal, sourceAccount: "other" };
  const own = owner ?? /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(arn)?.[1];
  return { kind: "invoker", principal, sourceArn: arn, ...(own !== undefined && { sourceAccount: own }) };
}

/** The text of a place in hops and reasons. */
export function labelOf(place: Place): string {
  switch (place.kind) {
    case "internet":
      return place.family === 6 ? "internet over IPv6" : "internet";
    case "subnets":
      return `${place.tier} subnets`;
    case "method":
      return `${place.method} ${place.path}${tokenOf(place)}${wayOf(place)}`;
    case "other-api":
      return "another API";
    case "invoker":
      return labelOfInvoker(place);
    case "service":
      return place.region === undefined ? place.service : `${place.service} in ${place.region}`;
    case "foreign-endpoint":
      return place.account === "own" ? "another VPC" : "another account's VPC";
    case "vpc-without-endpoint":
      return `VPC without ${place.service}`;
    case "address":
      return place.port === undefined ? place.address : `${place.address}:${place.port}`;
    case "host":
      return place.port === undefined || place.port === 443 ? place.name : `${place.name}:${place.port}`;
    default:
      return shortName(place.name);
  }
}

/** `jobs (Queue)` for a URN, which components write because resources of several types may have one name. */
function shortName(name: string): string {
  const [, type, logicalName] = /^urn:pulumi:.*[:/](\w+)::([^:]+(?::[^:]+)*)$/.exec(name) ?? [];
  return logicalName === undefined ? name : `${logicalName} (${type})`;
}
