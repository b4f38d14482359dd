import { UserError } from "../../errors/user-error.js";
import type { Graph } from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { isKnown } from "../../resources/unknown.js";
import { parseService } from "./parse-service.js";
import { nodesNamed } from "./resolve.js";

const PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/**
 * Parses a URL such as `https://example.com:8443/path`, whose path is ignored: a service of AWS, a resource of the stack
 * with that host name, or else a host on the internet by its name.
 * @throws UserError if the URL is another scheme's, or is one of an API of the stack, whose methods are places
 */
export function parseUrl(text: string, graph: Graph): Place | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usual = url && PORTS[url.protocol];
  if (url === undefined || usual === undefined || url.hostname === "") {
    throw new UserError(`"${text}" is no URL of a host; write it as https://example.com:8443`);
  }
  const host = url.hostname.replace(/\.$/, "");
  const port = url.port === "" ? usual : Number(url.port);
  const address = /^\[(.+)\]$/.exec(host)?.[1] ?? (/^\d+(\.\d+){3}$/.test(host) ? host : undefined);
  if (address !== undefined) return { kind: "address", address, port };
  return (
    methodsAt(host, graph) ??
    resourceAt(host, graph) ??
    parseService(host, graph) ?? { kind: "host", name: host, port }
  );
}

/** A method is the place of a URL of an API, because which one a path means depends on the stage. */
function methodsAt(host: string, graph: Graph): undefined {
  const [, id] = /^([a-z0-9]{10})(?:-vpce-[0-9a-f]+)?\.execute-api\./.exec(host) ?? [];
  const domain = [...graph.domainNames.values()].find(({ domainName }) => domainName === host);
  const api = [...graph.apis.values(), ...graph.httpApis.values()].find(
    (each) =>
      (id !== undefined && each.id === id) ||
      domain?.mappings.some((mapping) => mapping.api === each.ref.urn),
  );
  if (api === undefined && domain === undefined) return undefined;
  const methods = (api?.methods ?? []).flatMap(({ httpMethod, path }) =>
    isKnown(httpMethod) && isKnown(path) ? [`"${httpMethod} ${path}"`] : [],
  );
  const hint = methods.length === 0 ? "" : `, such as ${methods.slice(0, 3).join(", ")}`;
  throw new UserError(
    `${host} is a name of API ${api?.ref.name ?? domain?.ref.name}; ask for one of its methods${hint}`,
  );
}

/** Outputs that are the host name of a resource. */
const HOSTS = ["dnsName", "address", "endpoint", "readerEndpoint", "functionUrl", "bucketRegionalDomainName"];

function resourceAt(host: string, graph: Graph): Place | undefined {
  for (const { urn, properties } of graph.resources.values()) {
    if (!HOSTS.some((output) => hostIn(properties[output]) === host)) continue;
    if (graph.managedResources.has(urn)) return { kind: "resource", name: urn };
    const target = graph.functionUrls.find(({ ref }) => ref.urn === urn)?.function;
    if (target !== undefined && isKnown(target) && nodesNamed(graph, "functions", target).length > 0) {
      return { kind: "function", name: target };
    }
  }
  return undefined;
}

/** The host in `host`, `host:port` or a URL. */
function hostIn(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return value
    .replace(/^[a-z]+:\/\//, "")
    .replace(/[:/].*$/, "")
    .toLowerCase();
}
