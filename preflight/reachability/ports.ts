import type { Maybe } from "../resources/unknown.js";
import { UNKNOWN } from "../resources/unknown.js";

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Ports that answers come back to. NAT gateways and Lambda use all of 1024-65535.
 * https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
export const EPHEMERAL: PortRange = { from: 1024, to: 65535 };

/** The TCP ports that a rule is about; undefined when it is about another protocol. */
export function tcpPorts(rule: {
  readonly protocol: Maybe<string>;
  readonly fromPort: Maybe<number>;
  readonly toPort: Maybe<number>;
}): Maybe<PortRange> | undefined {
  const { protocol, fromPort, toPort } = rule;
  if (protocol === UNKNOWN) return UNKNOWN;
  if (protocol === "-1") return { from: 0, to: 65535 };
  if (protocol !== "tcp") return undefined;
  if (fromPort === UNKNOWN || toPort === UNKNOWN) return UNKNOWN;
  return fromPort < 0 ? { from: 0, to: 65535 } : { from: fromPort, to: toPort };
}

export function formatPorts({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}
