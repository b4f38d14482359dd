import { closest } from "fastest-levenshtein";

/** When the lists of this file were made. A newer Region has to be added to them. */
const LISTED_ON = "2026-11-24";

/**
 * Regions with the number of their Availability Zones, constrained ones included, so that the number is an upper
 * bound for every account. From
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
const ZONES: Readonly<Record<string, number>> = {
  "af-south-1": 3,
  "ap-east-1": 3,
  "ap-east-2": 3,
  "ap-northeast-1": 4,
  "ap-northeast-2": 4,
  "ap-northeast-3": 3,
  "ap-south-1": 3,
  "ap-south-2": 3,
  "ap-southeast-1": 3,
  "ap-southeast-2": 3,
  "ap-southeast-3": 3,
  "ap-southeast-4": 3,
  "ap-southeast-5": 3,
  "ap-southeast-6": 3,
  "ap-southeast-7": 3,
  "ca-central-1": 4,
  "ca-west-1": 3,
  "cn-north-1": 3,
  "cn-northwest-1": 3,
  "eu-central-1": 3,
  "eu-central-2": 3,
  "eu-north-1": 3,
  "eu-south-1": 3,
  "eu-south-2": 3,
  "eu-west-1": 3,
  "eu-west-2": 3,
  "eu-west-3": 3,
  "eusc-de-east-1": 3,
  "il-central-1": 3,
  "me-central-1": 3,
  "me-south-1": 3,
  "mx-central-1": 3,
  "sa-east-1": 3,
  "us-east-1": 6,
  "us-east-2": 3,
  "us-gov-east-1": 3,
  "us-gov-west-1": 3,
  "us-west-1": 3,
  "us-west-2": 4,
};

/** Isolated Regions, whose zones AWS does not publish. From the SDK's list of Regions (botocore 1.43.11). */
const ISOLATED: readonly string[] = [
  "eu-isoe-west-1",
  "us-iso-east-1",
  "us-iso-west-1",
  "us-isob-east-1",
  "us-isob-west-1",
  "us-isof-east-1",
  "us-isof-south-1",
];

/** The names of all Regions. */
export const REGIONS: readonly string[] = [...Object.keys(ZONES), ...ISOLATED];

/** The Region of a service with one endpoint for all Regions, as SDKs call it. */
export const GLOBAL = "aws-global";

/** Whether AWS has a Region of this name. */
export function isRegion(name: string): boolean {
  return REGIONS.includes(name);
}

/** What is wrong with a name that is no Region's, and what to write instead. */
export function noSuchRegion(name: string): string {
  return `AWS has no Region "${name}" (as of ${LISTED_ON}). Did you mean ${closest(name.toLowerCase(), [...REGIONS])}?`;
}

/**
 * What to write in place of a stack's Region; undefined if AWS has it.
 * @param config the configuration with namespaces. With `aws:skipRegionValidation`, which is the provider's own way to
 * use a Region that is newer than its lists, any name of a Region's form is accepted.
 */
export function regionFix(
  region: string | undefined,
  config: Readonly<Record<string, string>> = {},
): string | undefined {
  if (region === undefined || region === "") {
    return "Write the Region to deploy into, such as aws:region: eu-west-1, or set AWS_REGION.";
  }
  if (isRegion(region)) return undefined;
  const isUnlisted = config["aws:skipRegionValidation"] === "true" && looksLikeRegion(region);
  return isUnlisted ? undefined : noSuchRegion(region);
}

/** Whether a text has the form of a Region's name: `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`. */
export function looksLikeRegion(text: string): boolean {
  return new RegExp(`^${REGION_PATTERN}$`).test(text);
}

/** Pattern of a Region's name, for use in other patterns. */
export const REGION_PATTERN = "[a-z]{2,4}(?:-[a-z]+)+-\\d{1,2}";

/** How many Availability Zones a Region has at most; undefined if that is not known. */
export function zonesOf(region: string): number | undefined {
  return Object.hasOwn(ZONES, region) ? ZONES[region] : undefined;
}

/** The Region of an Availability Zone, a Local Zone or a Wavelength Zone: `us-west-2` of `us-west-2-lax-1a`. */
export function regionOfZone(zone: string): string | undefined {
  return new RegExp(`^${REGION_PATTERN}(?=[a-z]$|-[a-z])`).exec(zone)?.[0];
}

/**
 * Whether a Region may have an Availability Zone of this name. The letters of a Region have a gap at most once, as in
 * `ca-central-1`, which has a, b and d. A Local or Wavelength Zone and a zone of an unlisted Region are possible.
 */
export function isPossibleZone(zone: string): boolean {
  const [, region = "", letter = ""] = new RegExp(`^(${REGION_PATTERN})([a-z])$`).exec(zone) ?? [];
  const zones = zonesOf(region);
  return zones === undefined || letter.charCodeAt(0) - "a".charCodeAt(0) <= zones;
}
