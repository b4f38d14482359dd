import type { DeploymentTarget } from "../components/base/deployment-target.js";
import { FrontDoor } from "../components/front-door/front-door.js";
import type { FrontDoorRoute } from "../components/front-door/routes.js";
import { InterfaceEndpoint } from "../components/network/endpoints/interface-endpoint.js";
import type { StackConfig } from "../config/index.js";
import { zonesWith } from "./account.js";
import type { Api } from "./api.js";
import { frontDoorRoutes } from "./front-door-routes.js";
import type { Fetcher } from "./function.js";
import { callersIn, type Network } from "./network.js";
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
  const { kind: _, proxy: __, accessLogs, deletionProtection, webAcl, ...args } = settings;
  const routes = frontDoorRoutes(config);
  const leadsTo = (...kinds: FrontDoorRoute["target"]["kind"][]) =>
    routes.some((route) => kinds.includes(route.target.kind));
  const { vpc, executeApi } = network;
  const offered = (await zonesWith("execute-api")) ?? [];
  const subnets = vpc.privateSubnets.filter(({ availabilityZone }) => offered.includes(availabilityZone));
  return new FrontDoor(
    "front-door",
    {
      ...args,
      vpcId: vpc.vpcId,
      subnets: settings.scheme === "internal" ? vpc.privateSubnets : vpc.publicSubnets,
      ipv6: network.ipv6,
      allowFrom: callersIn(settings.allowFrom, vpc),
      routes,
      endpoint:
        leadsTo("api", "own-api") && executeApi instanceof InterfaceEndpoint
          ? { endpoint: executeApi, subnets }
          : undefined,
      ownApi: leadsTo("own-api") ? { ...api.api, methods: api.methods } : undefined,
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
