import { GLOBAL, looksLikeRegion } from "../../aws/regions.js";
import { isGlobalService } from "../../aws/services.js";
import type { Graph } from "../../graph/model.js";
import { parseArn } from "../../iam/arn.js";
import { isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import { resourceByArn } from "../places/resolve.js";
import type { ServicePlace } from "./authorization.js";

/**
 * The Region whose endpoint answers a call: the one in the question, else the resource's own, else the caller's, because
 * an SDK calls the Region that it is configured for. It is unknown for a bucket outside the stack, because the ARN of a
 * bucket names no Region. https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function regionOfCall(
  graph: Graph,
  { service, region, resource }: ServicePlace,
  caller: string | undefined,
): MaybeUnknown<string> | undefined {
  if (region !== undefined) return region;
  if (isGlobalService(service)) return GLOBAL;
  const arn = resource === undefined ? undefined : parseArn(resource);
  if (arn === undefined) return caller;
  const found = resourceByArn(graph, arn.service === "s3" ? bucketArn(resource) : resource);
  if (found !== undefined) return graph.homeOf(found.ref.urn).region ?? (arn.region || caller);
  if (arn.region !== "") return isPattern(arn.region) ? caller : arn.region;
  return arn.service === "s3" && !isPattern(arn.resource) ? UNKNOWN : caller;
}

/** A Region that policies can name; undefined for a service of all Regions and for any Region but the caller's. */
export function realRegion(region: MaybeUnknown<string> | undefined): string | undefined {
  return isSet(region) && looksLikeRegion(region) ? region : undefined;
}

/** The ARN of the bucket that an object's ARN names. */
function bucketArn(arn: string | undefined): string | undefined {
  return arn?.split("/", 1)[0];
}

function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}
