import { dualStackName } from "../../aws/dual-stack.js";
import type { Graph } from "../../graph/model.js";
import { isKnown, UNKNOWN } from "../../resources/unknown.js";
import { nameSupport, zoneDeciding } from "../dns/answering.js";
import { queueUrlsAreDualStack, usesDualStackNames } from "../dns/dual-stack.js";
import { interfaceEndpoints } from "../dns/private-dns.js";
import type { Arrival } from "../network/connection.js";
import { forward } from "../network/forward.js";
import { type NetworkInterface, publicBeyond, withIpv6 } from "../network/interfaces.js";
import { bestOf, TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";

/** A call of a service by its public name, with the verdict over IPv4. */
export interface PublicCall {
  readonly graph: Graph;
  readonly source: NetworkInterface;
  readonly service: string;
  /** Undefined: not known. */
  readonly region: string | undefined;
  readonly port: number;
  readonly arrive: Arrival;
}

/**
 * How a function's SDK names a service: by the usual name, which has IPv4 addresses only, or by the dual-stack name.
 * What is not known is noted in the trace.
 */
export function namesDualStack(trace: TraceBuilder, { graph, source, service, region }: PublicCall): boolean {
  const { function: caller } = source;
  if (caller === undefined) return false;
  const told = usesDualStackNames(graph, caller);
  if (told === false) return false;
  if (!isKnown(told)) {
    trace.undetermined(caller.ref, `whether ${caller.ref.name} calls the dual-stack name of ${service}`);
    return false;
  }
  if (dualStackName(service, region) === undefined) {
    trace.undetermined(
      caller.ref,
      `whether ${service} has the dual-stack name that ${caller.ref.name} calls`,
    );
    return false;
  }
  const queues = service === "sqs" ? queueUrlsAreDualStack(graph, caller) : true;
  if (queues === UNKNOWN)
    trace.undetermined(
      caller.ref,
      `whether ${caller.ref.name} calls its queues by the dual-stack name: the SDK takes the host of a queue's URL, and no variable holds one`,
    );
  return queues !== false;
}

/**
 * Calls a service by its dual-stack name, over IPv4 or IPv6.
 * @param overIpv4 the verdict over IPv4
 */
export function callDualStack(trace: TraceBuilder, call: PublicCall, overIpv4: () => Verdict): Verdict {
  const { graph, source, service, region } = call;
  const host = dualStackName(service, region) ?? service;
  const { vpc: key } = source.subnet;
  const vpc = isKnown(key) ? graph.vpcs.get(key) : undefined;
  if (vpc === undefined)
    trace.undetermined(graph.refOf(key), `the DNS settings of the VPC of ${source.subnet.ref.name}`);
  const noDns = vpc && nameSupport(trace, graph, vpc, host);
  if (noDns !== undefined) return noDns;
  const zone = vpc && zoneDeciding(trace, graph, vpc, host, undefined);
  if (zone !== undefined)
    return trace.unknown(zone.zone.ref, `what ${zone.zone.ref.name} answers for ${host}`);
  const { certain, doubtful } = interfaceEndpoints(graph, key, service, region);
  for (const { ref } of [...certain, ...doubtful])
    trace.undetermined(ref, `whether ${host} leads to interface endpoint ${ref.name}`);
  return bestOf(overIpv6(trace.fork(), call), [overIpv4()]);
}

function overIpv6(
  trace: TraceBuilder,
  { graph, source, service, region, port, arrive }: PublicCall,
): Verdict {
  const ipv6 = withIpv6(graph, source);
  const { owner, subnet } = source;
  if (ipv6 === undefined) {
    return trace.blocked({
      at: owner,
      code: "NO_SOURCE_OR_DESTINATION",
      reason: `${owner.name} has no IPv6 address in ${subnet.ref.name}`,
      fix: `Give ${subnet.ref.name} an IPv6 block, and set ipv6AllowedForDualStack: true on ${owner.name}.`,
    });
  }
  if (!isKnown(ipv6.publicAddress)) trace.undetermined(owner, `whether ${owner.name} has an IPv6 address`);
  const label = `the IPv6 addresses of ${dualStackName(service, region) ?? service}`;
  const addresses = { ...publicBeyond(graph, subnet.vpc, 6), label };
  const ref = { urn: `service:${service}`, type: "service", name: service };
  trace.hop(owner, `calls ${dualStackName(service, region) ?? service}, which has IPv4 and IPv6 addresses`);
  return forward(trace, {
    graph,
    source: ipv6,
    port,
    target: { kind: "public", ref, addresses, prefixLists: [] },
    arrive,
  });
}

/**
 * The verdict on a call by the usual name that nothing lets out over IPv4, if IPv6 has a way: then the name is what
 * blocks. Otherwise the verdict itself.
 */
export function orWrongName(verdict: Verdict, call: PublicCall): Verdict {
  const { source, service, region } = call;
  const { function: caller } = source;
  const host = dualStackName(service, region);
  if (verdict.status !== "blocked" || caller === undefined || host === undefined) return verdict;
  const way = overIpv6(new TraceBuilder(), call);
  if (way.status !== "reachable") return verdict;
  return new TraceBuilder().blocked({
    at: caller.ref,
    code: "DUAL_STACK_NAME_NOT_USED",
    reason: `${caller.ref.name} calls ${service} by a name with IPv4 addresses only, and over IPv4: ${verdict.reason}`,
    fix:
      service === "sqs"
        ? `Set AWS_USE_DUALSTACK_ENDPOINT: "true" in the environment of ${caller.ref.name}, and call its queues by URLs that begin with https://${host}/.`
        : `Set AWS_USE_DUALSTACK_ENDPOINT: "true" in the environment of ${caller.ref.name}, so that it calls ${host}.`,
  });
}
