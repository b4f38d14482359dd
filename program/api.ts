import type { Place } from "@lambda-networking/preflight/intents";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CustomDomain } from "../components/api/custom-domain.js";
import { MessageStore } from "../components/api/message-store/message-store.js";
import { RestApi } from "../components/api/rest-api.js";
import { lambdaRoute } from "../components/api/routes/lambda-route.js";
import type { RouteSource } from "../components/api/routes/route.js";
import { isOpen, type Method, type MethodsSettings, methodKey } from "../components/api/settings.js";
import type { DataRetention } from "../components/base/data-retention.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import { createEndpointZone } from "../components/network/peering/endpoint-zone.js";
import { type PeerVpc, peerVpc } from "../components/network/peering/peer-vpc.js";
import { VpcPeering } from "../components/network/peering/vpc-peering.js";
import type { StackConfig } from "../config/index.js";
import { type Callers, createCallers } from "./authorizers.js";
import { frontDoorRoutes, isAdmitted, publicMethods } from "./front-door-routes.js";
import type { Fetcher } from "./function.js";
import { callersOf, type Network, otherEndpoints } from "./network.js";
import { apiSettings } from "./settings.js";
import { tagged } from "./tags.js";

/** The API, and the connections to the VPCs that call it. */
export interface Api {
  readonly api: RestApi;
  readonly callers: Callers;
  readonly methods: readonly Method[];
  /** Methods that need neither a signature nor a token. */
  readonly openMethods: readonly Method[];
  readonly peerings: readonly VpcPeering[];
}

interface ApiParts {
  /** Answers `GET /messages`. */
  readonly fetcher: Fetcher;
  /** The VPC that a private API is called from; undefined for an API on the internet. */
  readonly network?: Network;
  /**
   * Methods of your own functions: see docs/your-function.md.
   * @default none
   */
  readonly routes?: readonly RouteSource[];
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * Creates the API, its custom domain names, the message store behind it, and the peering with the VPCs that call it.
 * See docs/api.md, docs/domains.md, docs/message-store.md and docs/sharing.md.
 */
export function createApi(config: StackConfig, parts: ApiParts): Api {
  const { fetcher, network, routes: own = [], data, target } = parts;
  const settings = config.api;
  const peers = Object.entries(settings.sharing.peers).map(([name, peer]) =>
    peerVpc(name, peer, target, tagged("network")),
  );
  const routes = [
    lambdaRoute({ method: "GET", path: "/messages", function: fetcher.lambda }),
    ...messageRoutes(config, { data, target }),
    ...own,
  ];
  const methods = { ...settings.methods, ...settingsIn(own) };
  const callers = createCallers(config, { data, target });
  const peerings = createPeerings({ config, peers, network, routes, methods, callee: fetcher });
  const api = new RestApi(
    "api",
    {
      ...settings,
      methods,
      authorizers: callers.authorizers,
      endpoint: network?.executeApi,
      callers: network ? callersOf(network) : [],
      balancedMethods: publicMethods(config, routes),
      otherStages: frontDoorRoutes(config).flatMap(({ target: to }) => (to.kind === "api" ? to : [])),
      settings: apiSettings(),
      peers: peers.map(({ key }) => key),
      routes,
      logRetentionInDays: config.function.logRetentionInDays,
      prerequisites: (made, parent) => [
        ...peerings.flatMap((peering) => [peering, peering.ingressRule ?? []].flat()),
        ...nameForPeers({ api: made, parent, peers, network, target }),
      ],
      target,
    },
    tagged("api"),
  );
  createDomains(config, { api, network, peers, target });
  const openMethods = routes.filter((route) => isOpen(methods, route));
  return { api, callers, methods: routes, openMethods, peerings };
}

/** Settings of methods that the program's code gives them. */
function settingsIn(routes: readonly RouteSource[]): MethodsSettings {
  return Object.fromEntries(
    routes.flatMap((route) =>
      route.settings === undefined ? [] : [[methodKey(route), route.settings] as const],
    ),
  );
}

/** Methods that write and read messages in DynamoDB; none if `messageStore` is false. */
function messageRoutes(
  { messageStore }: StackConfig,
  parts: Pick<ApiParts, "data" | "target">,
): readonly RouteSource[] {
  if (messageStore === false) return [];
  return new MessageStore("messages", { ...messageStore, ...parts }, tagged("api")).routes;
}

interface DomainParts {
  readonly api: RestApi;
  readonly network?: Network;
  /** VPCs in which a private domain name also resolves. */
  readonly peers: readonly PeerVpc[];
  readonly target: DeploymentTarget;
}

function createDomains({ api: settings }: StackConfig, { api, network, peers, target }: DomainParts): void {
  const { domains, sharing, endpointType } = settings;
  const endpoint = network?.executeApi;
  for (const [name, domain] of Object.entries(domains)) {
    new CustomDomain(
      name,
      {
        ...domain,
        endpointType,
        api: api.api,
        stage: api.stage,
        private: network && endpoint && { endpoint, vpcId: network.vpc.vpcId, sharing, peers },
        target,
      },
      tagged("api"),
    );
  }
}

interface PeeringParts {
  readonly config: StackConfig;
  readonly peers: readonly PeerVpc[];
  readonly network?: Network;
  readonly routes: readonly RouteSource[];
  readonly methods: MethodsSettings;
  /** The function in the VPC, which the peers must not reach. */
  readonly callee: Fetcher;
}

/**
 * Connects consumers' VPCs to the private API.
 * @returns the connections, in the order of the peers
 */
function createPeerings(parts: PeeringParts): readonly VpcPeering[] {
  const { config, peers, network, routes, methods, callee } = parts;
  const endpoint = network?.executeApi;
  if (network === undefined || endpoint === undefined || peers.length === 0) return [];
  const lambda: Place = { kind: "function", name: callee.lambda.name };
  return peers.map(
    (peer) =>
      new VpcPeering(
        peer.name,
        {
          vpc: network.vpc,
          cidrBlock: network.cidrBlock,
          peer,
          endpoint,
          reach: [{ kind: "endpoint", name: endpoint.logicalName }, ...unsigned(routes, methods)],
          closed: {
            to: [...(isAdmitted(config, peer.key) ? [] : [lambda]), ...otherEndpoints(network)],
            from: [lambda],
          },
        },
        tagged("network"),
      ),
  );
}

interface NameParts {
  readonly api: aws.apigateway.RestApi;
  readonly parent: pulumi.Resource;
  readonly peers: readonly PeerVpc[];
  readonly network: Network | undefined;
  readonly target: DeploymentTarget;
}

/**
 * Leads the API's public name to the endpoint in the peers too, by a private hosted zone, because an endpoint's private
 * DNS works only in its own VPC. The zone has only this name: other APIs in the Region keep theirs.
 * @returns all that the name needs to resolve
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
 */
function nameForPeers({ api, parent, peers, network, target }: NameParts): readonly pulumi.Resource[] {
  const endpoint = network?.executeApi;
  if (network === undefined || endpoint === undefined || peers.length === 0) return [];
  return createEndpointZone("api-peers", {
    domainName: pulumi.interpolate`${api.id}.execute-api.${target.region}.${target.dnsSuffix}`,
    vpcId: network.vpc.vpcId,
    endpoint,
    peers,
    parent,
  });
}

/**
 * Methods that an unsigned request may call, with a token if the method has an authorizer. A host in a peer's VPC is anonymous: whether a signed request is allowed
 * depends on its signer, which is not known here.
 */
function unsigned(routes: readonly RouteSource[], methods: MethodsSettings): Place[] {
  return routes
    .filter((route) => methods[methodKey(route)]?.authorization !== "AWS_IAM")
    .map(({ method, path }) => ({
      kind: "method",
      method,
      path,
      ...(!isOpen(methods, { method, path }) && { token: true }),
    }));
}
