import { type Graph, isKnown, type Key } from "@lambda-networking/preflight";
import { nameIn } from "../hosts.js";

/** A base path of a custom domain name that leads to the API. */
interface Mapping {
  readonly domainName: string;
  /** `/orders`; empty for the root. */
  readonly basePath: string;
}

/** The mapping of a request, with the rest of its path. */
export interface Mapped extends Mapping {
  /** Below the stage: `/messages`. */
  readonly path: string;
}

/**
 * The custom domain names of an API, with the base paths that lead to its stage.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export class CustomDomains {
  private readonly names: ReadonlySet<string>;
  private readonly mappings: readonly Mapping[];

  /** @param key of the API */
  constructor({ domainNames }: Graph, key: Key) {
    const domains = [...domainNames.values()].flatMap(({ domainName, mappings }) =>
      isKnown(domainName) ? [{ domainName, mappings }] : [],
    );
    this.names = new Set(domains.map(({ domainName }) => domainName));
    this.mappings = domains
      .flatMap(({ domainName, mappings }) =>
        mappings.flatMap(({ api, basePath }): Mapping[] =>
          api === key && isKnown(basePath)
            ? [{ domainName, basePath: basePath === "" ? "" : `/${basePath}` }]
            : [],
        ),
      )
      .sort((a, b) => b.basePath.length - a.basePath.length);
  }

  /** `https://api.example.com/orders` */
  get urls(): string[] {
    return this.mappings.map(({ domainName, basePath }) => `https://${domainName}${basePath}`);
  }

  /** Whether a Host header names one of the domains. */
  has(host: string | undefined): boolean {
    return this.names.has(nameOf(host));
  }

  /** The mapping with the longest base path that the path begins with; undefined if there is none. */
  resolve(host: string | undefined, path: string): Mapped | undefined {
    const mapping = this.mappings.find(
      ({ domainName, basePath }) =>
        domainName === nameOf(host) && (path === basePath || path.startsWith(`${basePath}/`)),
    );
    return mapping && { ...mapping, path: path.slice(mapping.basePath.length) || "/" };
  }
}

function nameOf(host: string | undefined): string {
  return nameIn(host ?? "");
}
