import type { VpcConfig } from "../config/index.js";

/** An interface endpoint that the stack makes. */
interface MadeInterface {
  /** The service's short name. */
  readonly service: string;
  /** The key that asks for it. */
  readonly key: string;
  readonly privateDns: boolean;
}

/** The interface endpoints that the stack makes, and those of `vpc.existing` not among them. */
export function madeInterfaces({ api, endpoints, logPipeline, vpc }: VpcConfig): MadeInterface[] {
  const existing = vpc.existing || undefined;
  const given = new Set(Object.keys(existing?.endpoints ?? {}));
  const hasNat = existing === undefined ? vpc.nat !== "none" : existing.nat;
  // The event pipeline makes one if it has no other way to SNS.
  const hasSns =
    logPipeline !== false && logPipeline.via !== "ipv6" && !hasNat && endpoints.others.sns === undefined;
  return [
    ...(hasSns ? [{ service: "sns", key: "logPipeline", privateDns: true }] : []),
    ...(endpoints.ssm ? [{ service: "ssm", key: "endpoints.ssm", ...endpoints.ssm }] : []),
    ...(api.endpointType === "PRIVATE"
      ? [{ service: "execute-api", key: "endpoints.executeApi", ...endpoints.executeApi }]
      : []),
    ...Object.entries(endpoints.others).map(([service, other]) => ({
      service,
      key: `endpoints.others.${service}`,
      ...other,
    })),
  ].filter(({ service }) => !given.has(service));
}
