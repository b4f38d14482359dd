import {
  type EndpointType,
  isRefused,
  looksLikeRegion,
  noSuchRegion,
  partitionOf,
  REGIONS,
} from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue, under } from "@lambda-networking/preflight/errors";
import { ROOT } from "../../components/api/settings.js";
import { CONSTRAINTS } from "../constraints.js";
import { field, type RawConfig } from "../raw-config.js";
import { peerSchema, sharingSchema } from "../schema/api.js";
import { SIGNED } from "./api.js";
import { earlierOverlaps, reservedBlock } from "./blocks.js";
import { endpointTypeOf } from "./endpoint-type.js";
import { vpcBlocks } from "./network.js";
import { entries, validFields, valuesAt } from "./valid.js";

/** Base paths that the endpoint type supports, and no more than a domain name may have. */
export function domainChecks(raw: RawConfig): ConfigIssue[] {
  const type = endpointTypeOf(raw);
  if (type === undefined) return [];
  return entries(field(raw.api, "domains")).flatMap(([name, value]) => {
    const key = under("api.domains", name, "basePaths");
    const paths = field(value, "basePaths");
    return [...levels(key, paths, type), ...tooMany(key, paths)];
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html */
function levels(key: string, value: unknown, type: EndpointType): ConfigIssue[] {
  if (type === "REGIONAL" || !Array.isArray(value)) return [];
  return value
    .filter((path) => typeof path === "string" && path !== ROOT && path.includes("/"))
    .map((path) =>
      issue(
        key,
        path,
        `Only a REGIONAL API has base paths of several levels. Write one level, such as ${path.replaceAll("/", "-")}.`,
      ),
    );
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
function tooMany(key: string, value: unknown): ConfigIssue[] {
  const { limit } = CONSTRAINTS.basePaths;
  const paths = Array.isArray(value) ? value : [];
  const deep = paths.filter((path) => typeof path === "string" && path !== ROOT && path.includes("/")).length;
  if (!isRefused(limit, deep)) return [];
  const fix = `A domain name has ${limit.limit} base paths of several levels. Leave some out, or add a domain name.`;
  return [issue(key, `${deep} of several levels`, fix)];
}

/** Sharing, which only a private API supports. */
export function sharingChecks(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  const type = endpointTypeOf(raw);
  const sharing = field(raw.api, "sharing");
  const named = Object.keys(sharingSchema.shape).filter((key) => hasItems(field(sharing, key)));
  if (type !== undefined && type !== "PRIVATE") {
    return named.map((key) =>
      issue(
        `api.sharing.${key}`,
        field(sharing, key),
        `A ${type} API is open to everybody. Leave it out, or write api.endpointType: PRIVATE with networking: vpc.`,
      ),
    );
  }
  return [...signedCalls(raw, sharing), ...externalIds(raw), ...peerRegions(raw, region), ...peerChecks(raw)];
}

/** Whether a list or a map of raw configuration is not empty. */
function hasItems(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** An unsigned call has no account: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html */
function signedCalls(raw: RawConfig, sharing: unknown): ConfigIssue[] {
  const accounts = field(sharing, "accounts");
  if (!Array.isArray(accounts) || accounts.length === 0) return [];
  const methods = entries(field(raw.api, "methods"));
  if (methods.some(([, settings]) => field(settings, "authorization") === "AWS_IAM")) return [];
  const fix =
    "A caller's account is known of signed calls only. Name the callers' endpoints in api.sharing.vpcEndpoints, " +
    `or set: ${SIGNED}`;
  return [issue("api.sharing.accounts", accounts, fix)];
}

/** An external id is sent only when a role is assumed. */
function externalIds(raw: RawConfig): ConfigIssue[] {
  return entries(field(field(raw.api, "sharing"), "peers")).flatMap(([name, peer]) => {
    const externalId = field(peer, "externalId");
    if (externalId === undefined || field(peer, "roleArn") !== undefined) return [];
    const key = under("api.sharing.peers", name, "externalId");
    return [
      issue(key, externalId, "Without roleArn no role is assumed. Write roleArn too, or leave it out."),
    ];
  });
}

/**
 * Regions that AWS does not have, or that are in another partition, to which no peering leads. The provider of that
 * Region would fail after the stack's own resources are made.
 * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
 */
function peerRegions(raw: RawConfig, own: string | undefined): ConfigIssue[] {
  return valuesAt(raw, "api.sharing.peers.PEER.region").flatMap(({ key, value }) => {
    if (typeof value !== "string" || !looksLikeRegion(value)) return []; // the schema's matter
    if (!REGIONS.includes(value)) return [issue(key, value, noSuchRegion(value))];
    if (own === undefined || !REGIONS.includes(own) || partitionOf(own) === partitionOf(value)) return [];
    const fix = `It is in the partition ${partitionOf(value)}, and the stack's Region (aws:region), ${own}, in ${partitionOf(own)}. AWS peers no VPCs across partitions. Take the peer out.`;
    return [issue(key, value, fix)];
  });
}

interface PeerText {
  readonly key: string;
  readonly name: string;
  readonly cidrBlock: string | undefined;
  readonly vpcId: string | undefined;
  readonly peer: unknown;
}

/** The peers with what of them is valid by itself, so that one mistake hides no other. */
function peersOf(raw: RawConfig): PeerText[] {
  return entries(field(field(raw.api, "sharing"), "peers")).map(([name, peer]) => ({
    key: under("api.sharing.peers", name),
    name,
    cidrBlock: peerSchema.shape.cidrBlock.safeParse(field(peer, "cidrBlock")).data,
    vpcId: peerSchema.shape.vpcId.safeParse(field(peer, "vpcId")).data,
    peer,
  }));
}

function peerChecks(raw: RawConfig): ConfigIssue[] {
  const peers = peersOf(raw);
  const vpcs = new Map<string, string>();
  const twins = peers.flatMap(({ key, vpcId }) => (vpcId === undefined ? [] : twinVpc(key, vpcId, vpcs)));
  return [...peerBlocks(raw, peers), ...twins, ...peerNames(peers), ...tooManyPeers(peers.length)];
}

/** Blocks that no VPC has, that overlap the stack's or another peer's, or that may call without being a peer's. */
function peerBlocks(raw: RawConfig, peers: readonly PeerText[]): ConfigIssue[] {
  const mine = vpcBlocks(raw);
  const theirs = peers.flatMap(({ key, cidrBlock }) =>
    cidrBlock === undefined ? [] : [{ key: `${key}.cidrBlock`, text: cidrBlock }],
  );
  const overlapped = earlierOverlaps([...mine, ...theirs]).slice(mine.length);
  const callers = new Set(validFields(raw, "endpoints.executeApi")?.allowFrom ?? []);
  return theirs.flatMap(({ key, text }, index) => {
    const found = reservedBlock(key, text);
    const other = overlapped[index];
    if (other !== undefined) {
      const fix = `It overlaps ${other.key}, ${other.text}, and AWS peers no VPCs with the same addresses. Write another VPC's block.`;
      found.push(issue(key, text, fix));
    }
    if (callers.has(text)) {
      const fix =
        "endpoints.executeApi.allowFrom has it too, and a security group takes a rule once. Take it out there.";
      found.push(issue(key, text, fix));
    }
    return found;
  });
}

function twinVpc(key: string, vpcId: string, vpcs: Map<string, string>): ConfigIssue[] {
  const twin = vpcs.get(vpcId);
  vpcs.set(vpcId, key);
  return twin === undefined
    ? []
    : [issue(`${key}.vpcId`, vpcId, `${twin} has the same VPC. Keep one of them.`)];
}

/** Names that two resources would have: a connection's two sides are named after the peer, as is another peer itself. */
function peerNames(peers: readonly PeerText[]): ConfigIssue[] {
  const names = new Set(peers.map(({ name }) => name));
  return peers.flatMap(({ key, name, peer }) => {
    const base = name.replace(/-(requester|accepter)$/, "");
    if (base === name || !names.has(base)) return [];
    const fix = `The connection of peer ${base} has a resource of this name. Write another name, such as ${base}-2.`;
    return [issue(key, peer, fix)];
  });
}

function tooManyPeers(count: number): ConfigIssue[] {
  const { limit } = CONSTRAINTS.peerings;
  if (!isRefused(limit, count)) return [];
  const fix = `A VPC has never more than ${limit.most} peering connections. Let the others call through endpoints of their own: api.sharing.vpcEndpoints.`;
  return [issue("api.sharing.peers", `${count} peers`, fix)];
}
