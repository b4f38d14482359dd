import { type Graph, isKnown, type Key } from "@lambda-networking/preflight";

/** Where a request to a custom domain name goes. */
interface Mapping {
  readonly domainName: string;
  /** `/orders`; empty for all that no other has. */
  readonly basePath: string;
}

/** A request's way by a custom domain name. */
export interface Mapped extends Mapping {
  /** Below the stage: `/messages`. */
  readonly path: string;
}

/**
 * An API's custom domain names, with the paths under which its stage is found there.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export class CustomDomains {
  private readonly names: ReadonlySet<string>;
  private readonly mappings: readonly Mapping[];

  /** @param key the API's */
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

  /** Whether a Host header has one of the names. */
  has(host: string | undefined): boolean {
    return this.names.has(nameOf(host));
  }

  /** The longest base path that a path begins with counts; undefined when it begins with none. */
  resolve(host: string | undefined, path: string): Mapped | undefined {
    const mapping = this.mappings.find(
      ({ domainName, basePath }) =>
        domainName === nameOf(host) && (path === basePath || path.startsWith(`${basePath}/`)),
    );
    return mapping && { ...mapping, path: path.slice(mapping.basePath.length) || "/" };
  }
}

function nameOf(host: string | undefined): string {
  return (host ?? "").replace(/:\d+$/, "").toLowerCase();
}
