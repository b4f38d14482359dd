import { type Cidr, type EndpointType, ipv4Block, overlaps } from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import { ROOT } from "../../components/api/settings.js";
import { field, type RawConfig } from "../raw-config.js";
import { sharingSchema } from "../schema/api.js";
import { entries, isValid, valid, validEntries } from "./valid.js";

/** The API's endpoint type, as configured or by default; undefined if it is invalid. */
function endpointTypeOf(raw: RawConfig): EndpointType | undefined {
  const networking = valid(raw, "networking");
  if (networking === undefined || !isValid(raw, "api.endpointType")) return undefined;
  return valid(raw, "api.endpointType") ?? (networking === "vpc" ? "PRIVATE" : "REGIONAL");
}

/** Region of the certificates that CloudFront, and therefore an EDGE API, uses. */
const EDGE_REGION = "us-east-1";

/** Certificates in the right region, and base paths that the endpoint type supports. */
export function domainChecks(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  const type = endpointTypeOf(raw);
  if (type === undefined) return [];
  return entries(field(raw.api, "domains")).flatMap(([name, value]) => {
    const at = `api.domains.${name}`;
    return [
      ...certificateRegion(`${at}.certificateArn`, field(value, "certificateArn"), type, region),
      ...levels(`${at}.basePaths`, field(value, "basePaths"), type),
    ];
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-specify-certificate-for-custom-domain-name.html */
function certificateRegion(
  key: string,
  value: unknown,
  type: EndpointType,
  region: string | undefined,
): ConfigIssue[] {
  const own = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):/.exec(typeof value === "string" ? value : "")?.[1];
  const needed = type === "EDGE" ? EDGE_REGION : region;
  if (own === undefined || needed === undefined || own === needed) return [];
  const reason =
    type === "EDGE"
      ? `An EDGE API's certificate is in ${EDGE_REGION}, whatever the stack's region.`
      : `A ${type} API's certificate is in the stack's own region (aws:region), ${region}.`;
  return [issue(key, value, `${reason} It is in ${own}. Write the ARN of one in ${needed}.`)];
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

/** Sharing, which only a private API supports. */
export function sharingChecks(raw: RawConfig): ConfigIssue[] {
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
  return [...signedCalls(raw, sharing), ...peerChecks(raw)];
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
    'A caller\'s account is known of signed calls only. Write api.methods."GET /messages".authorization: AWS_IAM, ' +
    "or name the callers' endpoints in api.sharing.vpcEndpoints.";
  return [issue("api.sharing.accounts", accounts, fix)];
}

interface Block {
  readonly key: string;
  readonly text: string;
  readonly cidr: Cidr;
}

function peerChecks(raw: RawConfig): ConfigIssue[] {
  const peers = [...validEntries(raw, "api.sharing.peers")].map(([name, peer]) => ({
    key: `api.sharing.peers.${name}`,
    ...peer,
  }));
  const own = valid(raw, "vpc.cidrBlock");
  const blocks: Block[] = own === undefined ? [] : [block("vpc.cidrBlock", own)];
  const vpcs = new Map<string, string>();
  const callers = valid(raw, "endpoints.executeApi")?.allowFrom ?? [];
  return peers.flatMap(({ key, vpcId, cidrBlock }) => {
    const found: ConfigIssue[] = [];
    const mine = block(`${key}.cidrBlock`, cidrBlock);
    const other = blocks.find(({ cidr }) => overlaps(cidr, mine.cidr));
    if (other !== undefined) {
      const fix = `It overlaps ${other.key}, ${other.text}, and AWS peers no VPCs with the same addresses. Write another VPC's block.`;
      found.push(issue(mine.key, cidrBlock, fix));
    }
    blocks.push(mine);
    const twin = vpcs.get(vpcId);
    if (twin !== undefined) {
      found.push(issue(`${key}.vpcId`, vpcId, `${twin} has the same VPC. Keep one of them.`));
    }
    vpcs.set(vpcId, key);
    if (callers.includes(cidrBlock)) {
      const fix =
        "endpoints.executeApi.allowFrom has it too, and a security group takes a rule once. Take it out there.";
      found.push(issue(mine.key, cidrBlock, fix));
    }
    return found;
  });
}

function block(key: string, text: string): Block {
  return { key, text, cidr: ipv4Block(text) };
}
