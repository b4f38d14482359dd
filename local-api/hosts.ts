import { isRecord, list, type SourceResource } from "@lambda-networking/preflight";

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The name in a Host header: without the port and the dot at the end, in lower case. */
export function nameIn(host: string): string {
  return host.trim().replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
}

/** Whether a Host header means this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(nameIn(host));
}

/**
 * The first Host header of a request that is not allowed; undefined if all are. A page on the internet whose name leads
 * to this machine (DNS rebinding) sends its own name as the Host, and must not reach what listens here. Every browser
 * sends a Host; a request without one is from another client.
 *
 * @param rawHeaders names and values in turn, as Node.js gives them
 */
export function foreignHost(
  rawHeaders: readonly string[],
  isAllowed: (host: string) => boolean,
): string | undefined {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === "host");
  return hosts.find((host) => !isAllowed(host));
}

/** The names of the stack's endpoints, also without private DNS. */
export function endpointNames(resources: readonly SourceResource[]): ReadonlySet<string> {
  return new Set(
    resources
      .filter(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint")
      .flatMap(({ properties }) => list(properties.dnsEntries))
      .flatMap((entry) =>
        isRecord(entry) && typeof entry.dnsName === "string" ? [nameIn(entry.dnsName)] : [],
      ),
  );
}
