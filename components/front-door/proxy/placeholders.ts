import { createHash } from "node:crypto";
import type { ProxyConfiguration } from "./proxy-service.js";

/**
 * A configuration with placeholders for values that only AWS knows. NGINX's configuration takes no placeholder as a
 * host, so that it is written with hashes, which take no other text's place, and these are replaced.
 * @param placeholders such as `{{URN}}`; undefined stays undefined
 */
export function withPlaceholders(
  placeholders: readonly (string | undefined)[],
  write: (values: readonly (string | undefined)[]) => ProxyConfiguration,
): ProxyConfiguration {
  const hashes = placeholders.map((text) => text && createHash("sha256").update(text).digest("hex"));
  const restore = (text: string) =>
    hashes.reduce<string>(
      (found, hash, n) => (hash ? found.replaceAll(hash, () => placeholders[n] ?? "") : found),
      text,
    );
  const { text, routes } = write(hashes);
  return { text: restore(text), routes: routes.map((route) => ({ ...route, host: restore(route.host) })) };
}
