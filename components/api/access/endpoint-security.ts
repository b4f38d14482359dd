import type { EndpointType } from "@lambda-networking/preflight/aws";
import type { Domains } from "../settings.js";

interface HardeningArgs {
  readonly hardening?: boolean;
  readonly endpointType: EndpointType;
  readonly domains?: Domains;
}

/**
 * Names and TLS versions by which a hardened API can be called; in force after its next deployment.
 *
 * Requires TLS 1.3, or 1.2 with forward secrecy, and supports post-quantum key exchange. The access mode is not STRICT,
 * which requires the same name in the TLS handshake and in the Host header. Callers may also call a private API by its
 * endpoint's own name, with the API in the Host header.
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
    // An API with a custom domain name does not need its default name, which would be a way around the domain name.
    ...(Object.keys(domains).length > 0 && { disableExecuteApiEndpoint: true }),
  };
}
