import type { Graph, ServiceResource } from "./types.js";
import { isKnown, type Maybe, UNKNOWN } from "./unknown.js";

/** The action by which IAM lets somebody log in to a database. */
export const LOGIN_ACTION = "rds-db:connect";

/**
 * The ARN that IAM knows a user of a database by, or of a proxy: `arn:aws:rds-db:REGION:ACCOUNT:dbuser:prx-…/USER`.
 * Before there is a proxy its id stands in for the end of its ARN.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
 */
export function loginArn(graph: Graph, resource: ServiceResource, user: string): Maybe<string> {
  const id = loginId(graph, resource);
  if (!isKnown(id)) return UNKNOWN;
  const { region, account } = graph;
  const written = typeof resource.arn === "string" ? resource.arn.split(":") : [];
  const [, partition = partitionOf(region), , at = region, by = account] = written;
  return at === undefined || by === undefined
    ? UNKNOWN
    : `arn:${partition}:rds-db:${at}:${by}:dbuser:${id}/${user}`;
}

function loginId(graph: Graph, { ref, kind, arn }: ServiceResource): Maybe<string> {
  if (kind === "database") {
    const id = graph.resources.get(ref.urn)?.properties.clusterResourceId;
    return typeof id === "string" ? id : UNKNOWN;
  }
  if (typeof arn === "string") return arn.split(":").at(-1) ?? UNKNOWN;
  return ref.id?.startsWith("prx-") ? ref.id : UNKNOWN;
}

function partitionOf(region = ""): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
