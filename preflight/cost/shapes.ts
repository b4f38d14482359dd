import type { ResourceRef } from "../graph/index.js";
import { isKnown } from "../graph/index.js";
import { type Charge, type CostLine, type Flow, plus, times, toLine } from "./charges.js";
import { addressCharges, type FunctionNetwork, interfaceEndpointCharges, natCharges } from "./network.js";
import { parameterGb, usageOf } from "./traffic.js";
import type { Usage } from "./usage.js";

/** The configuration's `vpc.nat`. */
export type NatMode = "none" | "single" | "perAz" | "regional";

export const NAT_MODES: readonly NatMode[] = ["none", "single", "perAz", "regional"];

/** The network of one VPC's functions, as far as it decides what NAT gateways and endpoints cost. */
export interface NetworkShape {
  readonly zones: number;
  readonly nat: NatMode;
  readonly endpoints: readonly EndpointShape[];
}

export interface EndpointShape {
  readonly service: string;
  readonly zones: number;
  /** GB that are written in the usage file, in the month. */
  readonly gb: number;
}

/** The endpoints that the functions of a stack have; execute-api is for the callers of the API. */
export function endpointsOf(usage: Usage, { interfaceEndpoints }: FunctionNetwork): EndpointShape[] {
  return interfaceEndpoints.flatMap(({ ref, service, subnets }) =>
    service === undefined || !isKnown(service) || service === "execute-api"
      ? []
      : [{ service, zones: Math.max(1, subnets.length), gb: usageOf(usage, ref.name).gb ?? 0 }],
  );
}

export function natModeOf({ natGateways, zones }: FunctionNetwork): NatMode | "other" {
  if (natGateways.length === 0) return "none";
  const regional = natGateways.filter(({ availabilityMode }) => availabilityMode === "regional").length;
  if (regional > 0) return regional === natGateways.length ? "regional" : "other";
  if (natGateways.length === zones && zones > 1) return "perAz";
  return natGateways.length === 1 ? "single" : "other";
}

/** The lines of a network that the stack may not have. */
export function shapeLines(shape: NetworkShape, usage: Usage, region: string, ref: ResourceRef): CostLine[] {
  const endpoints = shape.endpoints.flatMap(({ service, zones, gb }) =>
    interfaceEndpointCharges(zones, plus({ usage: gb }, service === "ssm" ? parameterGb(usage) : {})),
  );
  return [...natChargesOf(shape, usage), ...endpoints].map((charge) =>
    toLine(ref, charge, region, usage.requestsPerMonth),
  );
}

function natChargesOf({ nat, zones, endpoints }: NetworkShape, usage: Usage): Charge[] {
  if (nat === "none") return [];
  const bySsmEndpoint = endpoints.some(({ service }) => service === "ssm");
  const data: Flow = plus({ usage: usage.natGb }, bySsmEndpoint ? {} : parameterGb(usage));
  if (nat === "regional") {
    const mode = "regional";
    return natCharges({
      mode,
      zones,
      ownAddresses: zones,
      data,
      crossZoneShare: 0,
      internetOut: usage.internetOutGb,
    });
  }
  const gateways = nat === "single" ? 1 : zones;
  return Array.from({ length: gateways }).flatMap(() => [
    ...natCharges({
      mode: "zonal",
      zones: 1,
      ownAddresses: 0,
      data: times(data, 1 / gateways),
      crossZoneShare: nat === "single" ? (zones - 1) / zones : 0,
      internetOut: usage.internetOutGb / gateways,
    }),
    ...addressCharges(),
  ]);
}
