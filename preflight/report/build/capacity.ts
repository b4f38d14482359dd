import { formatCidr } from "../../aws/cidr.js";
import { type CapacityForecast, forecastCapacity, type SubnetAddresses } from "../../capacity/index.js";
import type { Usage } from "../../cost/index.js";
import type { Graph } from "../../graph/index.js";
import { isKnown, isSet } from "../../graph/index.js";
import type { CapacityReport, SubnetReport } from "../model.js";
import { counted } from "../text/wording.js";

/** Capacity section of the report: how far a stack scales. */
export function capacityReport(graph: Graph, usage: Usage): CapacityReport {
  const { addresses, interfaces, items, firstToRunOut } = forecastCapacity(graph, usage);
  return {
    subnets: addresses.subnets.flatMap((subnet) => subnetReport(graph, subnet)),
    lambdaInterfaces: interfaces.interfaces.length,
    limits: items.map(({ what, unit, used, limit, headroom, source }) => ({
      what,
      unit,
      used,
      limit,
      ok: headroom >= 0,
      source,
    })),
    ...(firstToRunOut !== undefined && {
      firstToRunOut: { what: firstToRunOut.what, at: at(firstToRunOut) },
    }),
  };
}

function at({ atRequestsPerSecond }: NonNullable<CapacityForecast["firstToRunOut"]>): string {
  if (atRequestsPerSecond <= 0) return "the first request";
  return atRequestsPerSecond < 1
    ? "less than one request/s"
    : `${counted(Math.floor(atRequestsPerSecond), "request")}/s`;
}

/** Report of one subnet. Empty if its CIDR block is unknown, because it has no figures then. */
function subnetReport(graph: Graph, forecast: SubnetAddresses): SubnetReport[] {
  const { subnet, tier, availabilityZone, used, free } = forecast;
  const cidrBlock = graph.subnets.get(subnet.urn)?.cidrBlock;
  if (free === undefined || !isSet(cidrBlock)) return [];
  return [
    {
      subnet,
      tier,
      cidrBlock: formatCidr(cidrBlock),
      availabilityZone: isKnown(availabilityZone) ? availabilityZone : "unknown zone",
      used,
      free,
    },
  ];
}
