import * as pulumi from "@pulumi/pulumi";
import type { Place } from "../../preflight/intents.js";
import type { PrivateNetwork } from "../../program/network.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { makeEndpointZone } from "../network/peering/endpoint-zone.js";
import type { PeerVpc } from "../network/peering/peer-vpc.js";
import { VpcPeering } from "../network/peering/vpc-peering.js";
import type { RestApi } from "./rest-api.js";
import type { RouteSource } from "./routes/route.js";
import { type MethodsSettings, methodKey } from "./settings.js";

interface PeersArgs {
  readonly peers: readonly PeerVpc[];
  readonly network: PrivateNetwork;
  /** The VPC's IPv4 block. */
  readonly cidrBlock: string;
  readonly api: RestApi;
  readonly routes: readonly RouteSource[];
  readonly methods: MethodsSettings;
  /** The logical names of functions in the VPC. */
  readonly functions: readonly string[];
  readonly target: DeploymentTarget;
}

/**
 * Connects consumers' VPCs to the private API, and has its public name lead to the endpoint there: an endpoint's
 * private DNS stays in its own VPC. The zone is for this API's name alone, so that other APIs of the region keep
 * theirs.
 * @returns the connections, in the order of the peers
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
 */
export function connectPeers(args: PeersArgs, opts: pulumi.ComponentResourceOptions): VpcPeering[] {
  const { peers, network, cidrBlock, api, routes, functions, target } = args;
  const endpoint = network.executeApi;
  if (endpoint === undefined || peers.length === 0) return [];
  makeEndpointZone("api-peers", {
    domainName: pulumi.interpolate`${api.api.id}.execute-api.${target.region}.${target.dnsSuffix}`,
    vpcId: network.vpc.vpcId,
    endpoint,
    peers,
    parent: api,
  });
  const lambdas = functions.map((name): Place => ({ kind: "function", name }));
  return peers.map(
    (peer) =>
      new VpcPeering(
        peer.name,
        {
          vpc: network.vpc,
          cidrBlock,
          peer,
          endpoint,
          reach: [{ kind: "endpoint", name: endpoint.logicalName }, ...unsigned(routes, args.methods)],
          closed: { to: [...lambdas, ...otherEndpoints(network)], from: lambdas },
        },
        opts,
      ),
  );
}

function otherEndpoints({ ssm, others }: PrivateNetwork): Place[] {
  return [ssm, ...others.values()].flatMap((endpoint): Place[] =>
    endpoint === undefined ? [] : [{ kind: "endpoint", name: endpoint.logicalName }],
  );
}

/** A host is anonymous: whether a signed call is allowed depends on who signs it, which nothing here knows. */
function unsigned(routes: readonly RouteSource[], methods: MethodsSettings): Place[] {
  return routes
    .filter((route) => methods[methodKey(route)]?.authorization !== "AWS_IAM")
    .map(({ method, path }) => ({ kind: "method", method, path }));
}
