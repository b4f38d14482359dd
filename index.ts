import * as pulumi from "@pulumi/pulumi";
import { domainUrls } from "./components/api/domain-plan.js";
import { CustomDomain } from "./components/api/domains.js";
import { lambdaRoute } from "./components/api/lambda-route.js";
import { MessageStore } from "./components/api/message-store/message-store.js";
import { connectPeers } from "./components/api/peers.js";
import { RestApi } from "./components/api/rest-api.js";
import { deploymentTarget } from "./components/deployment-target.js";
import { LambdaFunction } from "./components/function/lambda-function.js";
import { readParametersUnder, readParametersUse } from "./components/function/policies.js";
import { peerVpc } from "./components/network/peering-vpc.js";
import { callersOf, destinationsIn, makePrivateNetwork } from "./components/network/private-network.js";
import { SeededParameters } from "./components/parameters/seeded-parameters.js";
import { withTags } from "./components/tags.js";
import { readConfig } from "./config.js";

const config = readConfig();
const { parameters, api: apiSettings } = config;
const isPrivate = apiSettings.endpointType === "PRIVATE";
const target = await deploymentTarget();
const tagged = (component: string): pulumi.ComponentResourceOptions => ({
  transformations: [withTags({ project: pulumi.getProject(), stack: pulumi.getStack(), component })],
});

const network =
  config.networking === "vpc"
    ? await makePrivateNetwork(
        {
          vpc: config.vpc,
          endpoints: { ...config.endpoints, executeApi: isPrivate && config.endpoints.executeApi },
          parameterPath: parameters.path,
          target,
        },
        tagged("network"),
      )
    : undefined;

new SeededParameters(
  "parameters",
  { ...parameters, secretValues: config.secretParameters },
  tagged("parameters"),
);

const fetcher = new LambdaFunction(
  "fetcher",
  {
    ...config.function,
    description: `Serves the parameters under ${parameters.path}`,
    entry: "handlers/fetch-parameters/index.ts",
    environment: {
      PARAMETER_PATH: parameters.path,
      PARAMETER_RECURSIVE: String(parameters.recursive),
      // Without private DNS the SDK must be told the endpoint's own name.
      ...(network?.ssm?.privateDns === false && {
        AWS_ENDPOINT_URL_SSM: pulumi.interpolate`https://${network.ssm.dnsName}`,
      }),
      // API Gateway passes the function's answers on as they are, the header for CORS included.
      ...(apiSettings.cors && { ALLOW_ORIGIN: apiSettings.cors.allowOrigin }),
    },
    permissions: readParametersUnder(parameters.path, target, parameters.kmsKeyArn),
    uses: readParametersUse(parameters.path, target),
    placement: network && {
      vpcId: network.vpc.vpcId,
      subnets: network.vpc.privateSubnets,
      ipv6: network.ipv6,
      destinations: destinationsIn(network),
    },
    target,
  },
  tagged("function"),
);

const peers = Object.entries(apiSettings.sharing.peers).map(([name, settings]) =>
  peerVpc(name, settings, target, tagged("network")),
);
const messageStore =
  config.messageStore &&
  new MessageStore("messages", { ...config.messageStore, target }, tagged("messageStore"));
const routes = [
  lambdaRoute({ method: "GET", path: "/messages", function: fetcher }),
  ...(messageStore ? messageStore.routes : []),
];

const api = new RestApi(
  "api",
  {
    ...apiSettings,
    endpoint: network?.executeApi,
    callers: network ? callersOf(network) : [],
    peers: peers.map(({ key }) => key),
    routes,
    logRetentionInDays: config.function.logRetentionInDays,
    target,
  },
  tagged("api"),
);

for (const [name, settings] of Object.entries(apiSettings.domains)) {
  new CustomDomain(
    name,
    {
      ...settings,
      endpointType: apiSettings.endpointType,
      api: api.api,
      stage: api.stage,
      private: network?.executeApi && {
        endpoint: network.executeApi,
        vpcId: network.vpc.vpcId,
        sharing: apiSettings.sharing,
        peers,
      },
      target,
    },
    tagged("api"),
  );
}

const peerings =
  config.networking === "vpc" && network !== undefined
    ? connectPeers(
        {
          ...{ peers, network, cidrBlock: config.vpc.cidrBlock, api, routes, target },
          methods: apiSettings.methods,
          functions: ["fetcher"],
        },
        tagged("network"),
      )
    : [];

const interfaceEndpoints = [network?.ssm, network?.executeApi, ...(network?.others.values() ?? [])];

export const networking = config.networking;
export const region = target.region;
export const functionName = fetcher.function.name;
export const functionArn = fetcher.function.arn;
export const parameterPath = parameters.path;
export const apiId = api.api.id;
export const apiUrl = domainUrls(apiSettings.domains)[0] ?? api.stage.invokeUrl;
/** Every way to call the API, from where, with which headers. */
export const apiInvokeUrls = api.invokeUrls;
/** Of the usage plans' API keys, by their names; their values are no outputs. */
export const apiKeyIds = api.apiKeyIds;
export const apiDomainNames = Object.keys(apiSettings.domains);
export const peeringConnectionIds = peerings.map(({ connectionId }) => connectionId);
export const vpcId = network?.vpc.vpcId ?? "";
export const publicSubnetIds = network?.vpc.publicSubnets.map(({ subnet }) => subnet.id) ?? [];
export const privateSubnetIds = network?.vpc.privateSubnets.map(({ subnet }) => subnet.id) ?? [];
export const natGatewayIds = network?.vpc.natGatewayIds ?? [];
export const interfaceEndpointIds = interfaceEndpoints.flatMap((endpoint) => endpoint?.endpointId ?? []);
export const gatewayEndpointIds = [...(network?.gateways.values() ?? [])].map(({ endpointId }) => endpointId);
export const executeApiEndpointId = network?.executeApi?.endpointId ?? "";
