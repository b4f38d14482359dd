import type { EndpointType } from "@lambda-networking/preflight/aws";
import type { Domains } from "../settings.js";

interface HardeningArgs {
  readonly hardening?: boolean;
  readonly endpointType: EndpointType;
  readonly domains?: Domains;
}

/**
 * By which names and which TLS a hardened API is called; in force from its next deployment on.
 *
 * TLS 1.3, or 1.2 with forward secrecy, and post-quantum key exchange with clients that know it. The access mode is
 * not STRICT, which wants the name in the TLS handshake to be the one in the Host header: a private API is also
 * called by its endpoint's own name, with the API in that header.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
 */
export function endpointSecurity({ hardening = false, endpointType, domains = {} }: HardeningArgs) {
  if (!hardening) return {};
  return {
    securityPolicy:
      endpointType === "EDGE"
        ? "SecurityPolicy_TLS12_PFS_2025_EDGE"
        : "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    endpointAccessMode: "BASIC",
    // With a name of its own the API needs no other, past which a caller could get.
    ...(Object.keys(domains).length > 0 && { disableExecuteApiEndpoint: true }),
  };
}
