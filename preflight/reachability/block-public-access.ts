import type { Graph, Subnet } from "../graph/model.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked } from "./verdict/verdict.js";

const OPTIONS = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions";
const EXCLUSION = "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion";

interface Settings {
  readonly options: Graph["resources"] extends ReadonlyMap<string, infer R> ? readonly R[] : never;
  readonly exclusions: Settings["options"];
}

const cache = new WeakMap<Graph, Settings>();

/**
 * VPC Block Public Access stops internet gateways for a whole Region, but for VPCs and subnets that are excluded.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
export function blockPublicAccess(
  walk: Walk,
  graph: Graph,
  subnet: Subnet,
  direction: "ingress" | "egress",
): Blocked | undefined {
  const { options, exclusions } = settingsOf(graph);
  for (const { urn, type, name, properties } of options) {
    const ref = { urn, type, name };
    const mode = properties.internetGatewayBlockMode;
    const stops = mode === "block-bidirectional" || (mode === "block-ingress" && direction === "ingress");
    if (typeof mode !== "string") walk.miss(ref, "whether VPC Block Public Access is on");
    if (!stops) continue;
    const isExcluded = exclusions.some((exclusion) => {
      const allows = exclusion.properties.internetGatewayExclusionMode;
      const covers = [exclusion.properties.vpcId, exclusion.properties.subnetId].some(
        (id) =>
          typeof id === "string" &&
          graph.find(id).some((key) => key === subnet.ref.urn || key === subnet.vpc),
      );
      return covers && (allows === "allow-bidirectional" || direction === "egress");
    });
    if (isExcluded) continue;
    return walk.block({
      at: ref,
      code: "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
      why: `VPC Block Public Access (${mode}) stops internet traffic of ${subnet.ref.name}`,
      mend: `Add a VpcBlockPublicAccessExclusion for ${subnet.ref.name} or its VPC.`,
    });
  }
  return undefined;
}

function settingsOf(graph: Graph): Settings {
  const cached = cache.get(graph);
  if (cached !== undefined) return cached;
  const all = [...graph.resources.values()];
  const made = {
    options: all.filter(({ type }) => type === OPTIONS),
    exclusions: all.filter(({ type }) => type === EXCLUSION),
  };
  cache.set(graph, made);
  return made;
}
