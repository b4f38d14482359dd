import { closest } from "fastest-levenshtein";
import { UserError } from "../../../lib/user-error.js";
import { parseCidr } from "../../aws/cidr.js";
import type { Graph, Key, Node } from "../../graph/model.js";
import type { Place, Tier } from "../../intents.js";
import { isKnown } from "../../resources/unknown.js";
import { findIn } from "../find.js";
import { foreignPlace } from "../foreign-places.js";
import { SERVICES } from "../service-names.js";

const TIERS: readonly Tier[] = ["public", "private", "isolated"];
const NAMED = ["function", "subnet", "vpc", "peer", "security-group", "endpoint", "resource"] as const;

/**
 * Reads a place as a person writes it: `internet`, `fetcher`, `ssm`, `ssm:GetParametersByPath`, `GET /messages`,
 * `10.20.1.5:5432`, `[2001:db8::1]:443`, `private subnets`, `subnet:NAME`, `vpc:NAME`, `security-group:NAME`,
 * `endpoint:NAME`, `resource:NAME`, `peer:NAME` for the VPC at the other end of a peering connection, or the name of
 * any of them. `vpce-…` and `vpc-…` may be somebody else's, and in no stack.
 *
 * @throws UserError when the graph has nothing of that name; it says what comes closest.
 */
export function parsePlace(text: string, graph: Graph): Place {
  const written = text.trim();
  if (written === "")
    throw new UserError("a place is empty; write a function, a service, an address or internet");
  return (
    parseWord(written) ??
    parseMethod(written) ??
    parseAddress(written) ??
    parsePrefixed(written, graph) ??
    parseName(written, graph) ??
    foreignPlace(written) ??
    fail(written, graph)
  );
}

function parseWord(text: string): Place | undefined {
  if (/^(the )?internet$/i.test(text)) return { kind: "internet" };
  const tier = TIERS.find((word) => new RegExp(`^(?:${word}[ -]subnets?|subnets:${word})$`, "i").test(text));
  if (tier !== undefined) return { kind: "subnets", tier };
  const [, service] =
    /^(?:a )?vpc[ -]without[ -](?:(?:an?|the) )?([a-z0-9.-]+?)(?:[ -]endpoint)?$/i.exec(text) ?? [];
  return service === undefined ? undefined : { kind: "vpc-without-endpoint", service };
}

function parseMethod(text: string): Place | undefined {
  const [, verb, path] = /^([A-Za-z]+)\s+(\/\S*)$/.exec(text) ?? [];
  if (verb === undefined || path === undefined) return undefined;
  const method = verb.toUpperCase();
  return { kind: "method", method, path: path.length > 1 ? path.replace(/\/$/, "") : path };
}

/** Only digits, colons and hexadecimal letters make an address; `db` and `fe` are names. */
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
  if (prefix === "service") return { kind: "service", service: name };
  const kind = NAMED.find((word) => word === (prefix === "sg" ? "security-group" : prefix));
  if (kind !== undefined) {
    const foreign = foreignPlace(name);
    if (foreign?.kind === kind && graph.find(name).length === 0) return foreign;
    if (findIn(graph, nodesOf(graph, kind), name).length === 0) fail(name, graph, kind);
    return { kind, name };
  }
  if (isService(prefix, graph) && /^[A-Z]\w+$/.test(name)) {
    return { kind: "service", service: prefix, action: `${prefix}:${name}` };
  }
  return undefined;
}

/** A service goes before resources of the same name, which is what its endpoints are usually called. */
function parseName(text: string, graph: Graph): Place | undefined {
  if (findIn(graph, graph.functions, text).length > 0) return { kind: "function", name: text };
  const [, host] = /^([a-z0-9-]+)\.[a-z]{2}(?:-[a-z]+)+-\d+\.amazonaws\.com$/.exec(text) ?? [];
  const service = host ?? text;
  if (isService(service, graph)) return { kind: "service", service };
  const kind = (["resource", "subnet", "security-group", "endpoint", "vpc", "peer"] as const).find(
    (word) => findIn(graph, nodesOf(graph, word), text).length > 0,
  );
  return kind === undefined ? undefined : { kind, name: text };
}

function isService(text: string, graph: Graph): boolean {
  return SERVICES.has(text) || [...graph.endpoints.values()].some(({ service }) => service === text);
}

function nodesOf(graph: Graph, kind: (typeof NAMED)[number]): ReadonlyMap<Key, Node> {
  switch (kind) {
    case "function":
      return graph.functions;
    case "subnet":
      return graph.subnets;
    case "vpc":
      return graph.vpcs;
    case "peer":
      return graph.peerings;
    case "security-group":
      return graph.securityGroups;
    case "endpoint":
      return graph.endpoints;
    case "resource":
      return graph.services;
  }
}

function fail(text: string, graph: Graph, kind?: (typeof NAMED)[number]): never {
  const kinds = kind === undefined ? NAMED : [kind];
  const names = kinds.flatMap((each) => [...nodesOf(graph, each).values()].map(({ ref }) => ref.name));
  const words =
    kind === undefined ? [...SERVICES, "internet", ...methodsOf(graph), ...componentsOf(graph)] : [];
  const all = [...new Set([...names, ...words])];
  const guess = all.length === 0 ? "" : `; did you mean "${closest(text, all)}"?`;
  throw new UserError(
    `nothing in the stack is called "${text}"${kind === undefined ? "" : ` (${kind})`}${guess}`,
  );
}

/** A component's name means what is inside it. */
function componentsOf({ resources }: Graph): string[] {
  return [...resources.values()].flatMap(({ type, name }) => (/^(aws|pulumi):/.test(type) ? [] : [name]));
}

function methodsOf(graph: Graph): string[] {
  return [...graph.apis.values()].flatMap(({ methods }) =>
    methods.flatMap(({ httpMethod, path }) =>
      isKnown(httpMethod) && isKnown(path) ? [`${httpMethod} ${path}`] : [],
    ),
  );
}
