import type { Graph, ResourceRef } from "../../graph/model.js";
import type { Intent } from "../../intents.js";
import { hostOf } from "../dns/service-names.js";
import { regionAt } from "../places/home.js";
import { nodesNamed } from "../places/resolve.js";

/** What the proofs take for granted of a VPC that is not the stack's, because only its owner sees it. */
export interface Assumed {
  readonly vpc: ResourceRef;
  /** `no private hosted zones of its owner for ssm.eu-west-1.amazonaws.com` */
  readonly facts: readonly string[];
  /** The commands that tell whether it is so, in the owner's account. */
  readonly check: readonly string[];
}

/**
 * The assumptions that every proof in a VPC of somebody else makes. An answer of the VPC's resolver that its owner
 * changed, or a block of the whole account, would make a proof false, and nothing that the stack reads shows either.
 *
 * - https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html
 * - https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
export function assumedOf(graph: Graph, intents: readonly Intent[] = graph.intents): Assumed[] {
  return [...graph.vpcs.values()]
    .filter(({ ref }) => graph.resources.get(ref.urn)?.isRead === true)
    .map(({ ref }) => {
      const region = regionAt(graph, ref.urn);
      const id = ref.id ?? ref.name;
      const names = [...new Set(intents.flatMap(({ to }) => namesOf(graph, to, region)))].sort();
      const inRegion = region === undefined ? "REGION" : region;
      return {
        vpc: ref,
        facts: [
          ...(names.length > 0 ? [`no private hosted zones of its owner for ${names.join(", ")}`] : []),
          "no Route 53 profiles",
          "no Resolver rules for these names",
          "no DNS firewall that blocks them",
          "VPC Block Public Access off",
        ],
        check: [
          `aws route53 list-hosted-zones-by-vpc --vpc-id ${id} --vpc-region ${inRegion}`,
          `aws route53profiles list-profile-associations --resource-id ${id}`,
          `aws route53resolver list-resolver-rule-associations --filters Name=VPCId,Values=${id}`,
          `aws route53resolver list-firewall-rule-group-associations --vpc-id ${id}`,
          "aws ec2 describe-vpc-block-public-access-options",
        ],
      };
    });
}

/** The host names that somebody who calls a place looks up. */
function namesOf(graph: Graph, to: Intent["to"], region: string | undefined): string[] {
  switch (to.kind) {
    case "service":
      return [hostOf(to.service, to.region ?? region)];
    case "resource":
      return nodesNamed(graph, "managedResources", to.name).flatMap(({ service, ref }) =>
        service === undefined ? [] : [hostOf(service, regionAt(graph, ref.urn) ?? region)],
      );
    case "method":
      return [hostOf("execute-api", region)];
    case "host":
      return [to.name];
    default:
      return [];
  }
}
