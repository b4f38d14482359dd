import type { Place } from "@lambda-networking/preflight/intents";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import type { FrontDoor, ProxyArgs } from "../components/front-door/front-door.js";
import { ecrRepository } from "../components/front-door/proxy/container.js";
import type { FrontDoorRoute } from "../components/front-door/routes.js";
import type { Destination } from "../components/function/destinations.js";
import { InterfaceEndpoint } from "../components/network/endpoints/interface-endpoint.js";
import { peerName } from "../components/network/peering/peer-vpc.js";
import { PRIVATE_SUBNETS } from "../components/network/vpc/subnet-plan.js";
import type { StackConfig, VpcConfig } from "../config/index.js";
import { zonesWith } from "./account.js";
import type { Api } from "./api.js";
import { frontDoorRoutes, isAdmitted } from "./front-door-routes.js";
import type { Fetcher } from "./function.js";
import { callersIn, type Network, otherEndpoints, PROXY_ENDPOINTS, viaNat } from "./network.js";
import { frontDoorSettings } from "./settings.js";
import { tagged } from "./tags.js";

interface FrontDoorParts {
  readonly network?: Network;
  readonly api: Api;
  readonly fetcher: Fetcher;
  readonly target: DeploymentTarget;
}

/** Creates the front door; undefined if `frontDoor` is false. See docs/front-door.md. */
export async function createFrontDoor(
  config: StackConfig,
  { network, api, fetcher, target }: FrontDoorParts,
): Promise<FrontDoor | undefined> {
  if (config.networking === "public" || config.frontDoor === false || network === undefined) return undefined;
  const settings = config.frontDoor;
  const { kind, proxy, accessLogs, deletionProtection, webAcl, ...args } = settings;
  const routes = frontDoorRoutes(config);
  const leadsTo = (...kinds: FrontDoorRoute["target"]["kind"][]) =>
    routes.some((route) => kinds.includes(route.target.kind));
  const { vpc, executeApi } = network;
  const offered = leadsTo("api", "own-api") ? ((await zonesWith("execute-api")) ?? []) : [];
  const subnets = vpc.privateSubnets.filter(({ availabilityZone }) => offered.includes(availabilityZone));
  // Its modules load awsx, which takes a tenth of a second that a stack without a front door need not wait.
  const { FrontDoor } = await import("../components/front-door/front-door.js");
  return new FrontDoor(
    "front-door",
    {
      ...args,
      vpcId: vpc.vpcId,
      subnets: settings.scheme === "internal" ? vpc.privateSubnets : vpc.publicSubnets,
      internetRoutes: settings.scheme === "internal" ? [] : vpc.internetRoutes,
      ipv6: network.ipv6,
      allowFrom: callersIn(settings.allowFrom, vpc),
      routes,
      endpoint:
        leadsTo("api", "own-api") && executeApi instanceof InterfaceEndpoint
          ? { endpoint: executeApi, subnets }
          : undefined,
      ...(kind === "proxy" && { proxy: proxyArgs(proxy, network) }),
      ownApi: leadsTo("own-api") ? { api: api.api.api, stage: api.api.stage } : undefined,
      claims: {
        callers: knownCallers(config, network),
        methods: api.methods,
        openMethods: api.openMethods,
        closed: [
          ...(leadsTo("own-api", "function") ? [] : [placeOf(fetcher)]),
          ...otherEndpoints(network),
          { kind: "internet" },
        ],
      },
      function: leadsTo("function") ? fetcher.lambda : undefined,
      accessLogs: accessLogs || undefined,
      deletionProtection: deletionProtection ?? config.keepData,
      webAcl: webAcl || undefined,
      logRetentionInDays: config.function.logRetentionInDays,
      settings: frontDoorSettings(),
      target,
    },
    tagged("front-door"),
  );
}

/** Callers of `allowFrom` whose way to the front door is in the stack. How others get there is not the stack's to say. */
function knownCallers(config: VpcConfig, { vpc }: Network): Place[] {
  if (config.frontDoor === false) return [];
  const { allowFrom, scheme } = config.frontDoor;
  const isForAll = scheme === "internet-facing" && allowFrom.includes("0.0.0.0/0");
  const peers = Object.keys(config.api.sharing.peers).filter((peer) => isAdmitted(config, peer));
  return [
    ...(isForAll ? [{ kind: "internet" } as const] : []),
    ...(allowFrom.includes(PRIVATE_SUBNETS)
      ? vpc.allPrivateSubnets.map(({ name }) => ({ kind: "subnet", name }) as const)
      : []),
    ...peers.map((key) => ({ kind: "peer", name: peerName(key) }) as const),
  ];
}

function placeOf({ lambda }: Fetcher): Place {
  return { kind: "function", name: lambda.name };
}

type ProxySettings = Extract<VpcConfig["frontDoor"], object>["proxy"];

/** NGINX's tasks: in the private subnets, with the ways on which their image and their logs go. */
function proxyArgs({ image, ...settings }: ProxySettings, network: Network): ProxyArgs {
  if (image === undefined) throw new Error("kind: proxy was checked to have an image");
  const endpoints = PROXY_ENDPOINTS.flatMap((service): Destination[] => {
    const endpoint = network.others.get(service);
    return endpoint === undefined ? [] : [{ via: "interface-endpoint", service, endpoint }];
  });
  // The layers of an image in Amazon ECR are in S3.
  const s3 = network.gateways.get("s3");
  const isComplete = ecrRepository(image) !== undefined && endpoints.length === PROXY_ENDPOINTS.length;
  return {
    ...settings,
    image,
    subnets: network.vpc.privateSubnets,
    destinations: [
      ...endpoints,
      ...(s3 === undefined ? [] : [{ via: "gateway-endpoint", service: "s3", endpoint: s3 } as const]),
      ...((isComplete && s3 !== undefined) || network.nat === "none" ? [] : [viaNat(network, "registry")]),
    ],
  };
}
