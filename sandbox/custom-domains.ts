import type { SourceResource } from "../preflight/graph/source.js";

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

  constructor(resources: readonly SourceResource[], apiId: string) {
    const domains = resources.filter(({ type }) => type === "aws:apigateway/domainName:DomainName");
    this.names = new Set(domains.map(({ properties }) => String(properties.domainName).toLowerCase()));
    this.mappings = resources
      .flatMap((resource) => mappingOf(resource, apiId))
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

/** Paths of several levels are mappings of the newer kind, which call some things otherwise. */
function mappingOf({ type, properties }: SourceResource, apiId: string): Mapping[] {
  const { domainName, basePath, restApi, apiMappingKey } = properties;
  const isNewer = type === "aws:apigatewayv2/apiMapping:ApiMapping";
  if (!isNewer && type !== "aws:apigateway/basePathMapping:BasePathMapping") return [];
  if ((isNewer ? properties.apiId : restApi) !== apiId) return [];
  const path = isNewer ? apiMappingKey : basePath;
  const isRoot = typeof path !== "string" || path === "" || path === "(none)";
  return [{ domainName: String(domainName).toLowerCase(), basePath: isRoot ? "" : `/${path}` }];
}

function nameOf(host: string | undefined): string {
  return (host ?? "").replace(/:\d+$/, "").toLowerCase();
}
