import { readFileSync } from "node:fs";
import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import { CONFIG_KEYS } from "./schema/index.js";

/**
 * Providers that have a configuration of their own, whichever of them the program uses: `aws:endpoints` and
 * `postgresql:database` are theirs. https://www.pulumi.com/registry/
 */
const PROVIDERS: readonly string[] = [
  ...["aws", "aws-native", "awsx", "eks", "azure", "azure-native", "azuread", "gcp", "google-native"],
  ...["kubernetes", "docker", "docker-build", "command", "random", "tls", "http", "archive", "local", "null"],
  ...["alicloud", "tencentcloud", "huaweicloud", "oci", "ibm", "digitalocean", "linode", "hcloud", "vultr"],
  ...["openstack", "ovh", "scaleway", "exoscale", "vsphere", "postgresql", "mysql", "mongodbatlas", "mssql"],
  ...["snowflake", "databricks", "confluentcloud", "kafka", "rabbitmq", "minio", "vault", "consul", "nomad"],
  ...["cloudflare", "akamai", "fastly", "dnsimple", "ns1", "auth0", "okta", "keycloak", "github", "gitlab"],
  ...["datadog", "newrelic", "grafana", "pagerduty", "opsgenie", "splunk", "signalfx", "sentry", "elastic"],
];

/**
 * Keys of the configuration that stand in another namespace, so that nobody reads them: `pulumi stack init` writes
 * the project's name in front of each key, and another project's name stays there; or the name has a typo.
 * @param all every value by its key with namespace
 */
export function foreignKeys(
  all: Readonly<Record<string, string>>,
  project: string,
  isEncrypted: (name: string) => boolean,
): ConfigIssue[] {
  const others = [...PROVIDERS, ...installedProviders()];
  return Object.entries(all).flatMap(([name, value]) => {
    const at = name.indexOf(":");
    const namespace = name.slice(0, at);
    if (namespace === project || others.includes(namespace)) return [];
    const written = name.slice(at + 1);
    const key = ownKey(written);
    if (key === undefined) return [];
    const line = `${key}${written.slice(key.length)}`;
    const text = isEncrypted(name) || value.startsWith("{") || value.startsWith("[") ? "" : ` ${value}`;
    const found = issue(
      name,
      parsed(value),
      `This is project ${project}, so nobody reads it. Write ${line}:${text} or ${project}:${line}:${text} in its place.`,
    );
    return [isEncrypted(name) ? { ...found, value: "(secret)" } : found];
  });
}

/** A map or a list as such, which the engine passes as JSON. */
function parsed(value: string): unknown {
  try {
    return /^[[{]/.test(value) ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

/** The key of ours that a name begins with, in any case: `vpc` of `vpc.nat`, which was set without --path. */
function ownKey(name: string): string | undefined {
  const first = /^[^.[]*/.exec(name)?.[0] ?? "";
  return CONFIG_KEYS.find((key) => key.toLowerCase() === first.toLowerCase());
}

/** The namespaces of the providers that the project has installed: `random` of `@pulumi/random`. */
function installedProviders(): string[] {
  const { dependencies = {} }: { readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return Object.keys(dependencies).map((name) => (name.split("/").at(-1) ?? name).replace(/^pulumi-/, ""));
}
