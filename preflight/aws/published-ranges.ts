import { UserError } from "../errors/user-error.js";
import { isRecord, records } from "../resources/read.js";
import { isKnown } from "../resources/unknown.js";
import { type Cidr, parseCidr } from "./cidr.js";

/**
 * The IPv4 addresses that AWS publishes, by service and Region, as of a date. AWS adds ranges now and then, so a list
 * that is old lacks some. https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html
 */
export interface PublishedRanges {
  /** The date in the file: `2026-11-20`. */
  readonly date: string;
  /** By Region and AWS's word for the service: `eu-west-1 S3`, `eu-west-1 AMAZON`. */
  readonly blocks: ReadonlyMap<string, readonly Cidr[]>;
}

/** Services whose addresses AWS lists by themselves, by the name in their endpoints. */
const LISTED: Readonly<Record<string, string>> = {
  dynamodb: "DYNAMODB",
  "execute-api": "API_GATEWAY",
  s3: "S3",
};

/** Every address that AWS has, whatever the service. */
const ALL = "AMAZON";

/**
 * Reads the file that AWS publishes at https://ip-ranges.amazonaws.com/ip-ranges.json
 * @throws UserError if the JSON is not that file
 */
export function parsePublishedRanges(json: unknown, file: string): PublishedRanges {
  const wrong = (what: string) =>
    new UserError(
      `${file} ${what}. Download it anew from https://ip-ranges.amazonaws.com/ip-ranges.json, or remove it.`,
    );
  if (!isRecord(json) || typeof json.createDate !== "string" || !Array.isArray(json.prefixes))
    throw wrong('has no "createDate" and "prefixes", so it is not the list that AWS publishes');
  const [date] = /^\d{4}-\d{2}-\d{2}/.exec(json.createDate) ?? [];
  if (date === undefined) throw wrong(`has the createDate "${json.createDate}", which begins with no date`);
  const blocks = new Map<string, Cidr[]>();
  for (const { ip_prefix: prefix, region, service } of records(json.prefixes).filter(isKnown)) {
    const cidr = typeof prefix === "string" ? parseCidr(prefix) : undefined;
    if (cidr === undefined || typeof region !== "string" || typeof service !== "string")
      throw wrong(`has an entry without an address block, a Region or a service (${String(prefix)})`);
    const key = `${region} ${service}`;
    const same = blocks.get(key);
    if (same === undefined) blocks.set(key, [cidr]);
    else same.push(cidr);
  }
  if (blocks.size === 0) throw wrong("lists no addresses");
  return { date, blocks };
}

/**
 * Blocks that hold all addresses of a service in a Region. For a service that AWS does not list by itself they are all
 * of AWS's blocks in the Region, so the service has only a part of them. Undefined if the list has none.
 */
export function rangesOf(
  { blocks }: PublishedRanges,
  service: string,
  region: string | undefined,
): readonly Cidr[] | undefined {
  const word = (Object.hasOwn(LISTED, service) ? LISTED[service] : undefined) ?? ALL;
  return blocks.get(`${region} ${word}`);
}
