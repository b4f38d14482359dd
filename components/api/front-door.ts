import type * as pulumi from "@pulumi/pulumi";
import { callersOf, type PrivateNetwork } from "../../program/network.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { LambdaFunction } from "../function/lambda-function.js";
import { type PeerSettings, peerVpc } from "../network/peering/peer-vpc.js";
import type { VpcPeering } from "../network/peering/vpc-peering.js";
import { CustomDomain } from "./custom-domain.js";
import { MessageStore, type MessageStoreArgs } from "./message-store/message-store.js";
import { connectPeers } from "./peers.js";
import { RestApi, type RestApiArgs } from "./rest-api.js";
import { lambdaRoute } from "./routes/lambda-route.js";
import type { Sharing } from "./sharing.js";

type Settings = Omit<RestApiArgs, "endpoint" | "callers" | "peers" | "routes" | "sharing" | "target"> &
  Required<Pick<RestApiArgs, "domains" | "methods">> & {
    readonly sharing: Sharing & { readonly peers: Readonly<Record<string, PeerSettings>> };
  };

export interface FrontDoorArgs extends Settings {
  /** Answers `GET /messages`. */
  readonly function: LambdaFunction;
  /** Messages in DynamoDB, which the API writes and reads by itself; false: none. */
  readonly messageStore: false | Omit<MessageStoreArgs, "target">;
  /** The VPC, with its IPv4 block, that a private API is called from. */
  readonly inside: { readonly network: PrivateNetwork; readonly cidrBlock: string } | undefined;
  readonly target: DeploymentTarget;
}

/** The API with all the names it is called by, and the connections to the VPCs that call it. */
export interface FrontDoor {
  readonly api: RestApi;
  readonly peerings: readonly VpcPeering[];
}

/**
 * Makes the API in front of the function and the table, its custom domain names, and the peering with its consumers.
 * See docs/api.md, docs/domains.md and docs/sharing.md.
 * @param tagged the options of a component of a kind: `api`, `network`
 */
export function makeFrontDoor(
  { function: fetcher, messageStore: storeSettings, inside, target, ...settings }: FrontDoorArgs,
  tagged: (component: string) => pulumi.ComponentResourceOptions,
): FrontDoor {
  const { domains, sharing, endpointType } = settings;
  const network = inside?.network;
  const peers = Object.entries(sharing.peers).map(([name, peer]) =>
    peerVpc(name, peer, target, tagged("network")),
  );
  const messageStore =
    storeSettings === false
      ? undefined
      : new MessageStore("messages", { ...storeSettings, target }, tagged("api"));
  const routes = [
    lambdaRoute({ method: "GET", path: "/messages", function: fetcher }),
    ...(messageStore?.routes ?? []),
  ];
  const api = new RestApi(
    "api",
    {
      ...settings,
      endpoint: network?.executeApi,
      callers: network ? callersOf(network) : [],
      peers: peers.map(({ key }) => key),
      routes,
      target,
    },
    tagged("api"),
  );
  const reached = network?.executeApi && {
    endpoint: network.executeApi,
    vpcId: network.vpc.vpcId,
    sharing,
    peers,
  };
  for (const [name, domain] of Object.entries(domains)) {
    const of = { endpointType, api: api.api, stage: api.stage, private: reached, target };
    new CustomDomain(name, { ...domain, ...of }, tagged("api"));
  }
  const peerings =
    inside === undefined
      ? []
      : connectPeers(
          { ...inside, peers, api, routes, target, methods: settings.methods, functions: [fetcher.name] },
          tagged("network"),
        );
  return { api, peerings };
}
