import * as pulumi from "@pulumi/pulumi";
import { lambdaRoute } from "./components/api/lambda-route.js";
import { RestApi } from "./components/api/rest-api.js";
import { Database } from "./components/database/database.js";
import { DatabaseAccess } from "./components/database/database-access.js";
import { deploymentTarget } from "./components/deployment-target.js";
import { CodeBucket } from "./components/function/code-bucket.js";
import { makeCanaryRelease } from "./components/function/canary-release.js";
import { LambdaFunction } from "./components/function/lambda-function.js";
import { readParametersUnder, readParametersUse } from "./components/function/policies.js";
import { callersOf, destinationsIn, makePrivateNetwork } from "./components/network/private-network.js";
import { cacheVariables } from "./components/parameters/cache-variables.js";
import { SeededParameters } from "./components/parameters/seeded-parameters.js";
import { makeLogPipeline } from "./components/pipeline/log-pipeline.js";
import { withTags } from "./components/tags.js";
import { watchStack } from "./components/watching/watch-stack.js";
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
          vpc: { ...config.vpc, isolated: config.database !== false },
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

const database =
  config.networking === "vpc" && config.database !== false && network !== undefined
    ? new Database(
        "database",
        {
          ...config.database,
          vpc: network.vpc,
          // A stack with a database is refused without it.
          environments: config.function.reservedConcurrency ?? 0,
          borrowTimeout: config.function.timeout,
          target,
        },
        tagged("database"),
      )
    : undefined;

const { codeBucket: isUploaded, codeSigning, ...functionSettings } = config.function;
const codeBucket = isUploaded
  ? new CodeBucket("code", { signing: codeSigning || undefined, target }, tagged("function"))
  : undefined;

const fetcher = new LambdaFunction(
  "fetcher",
  {
    ...functionSettings,
    codeBucket,
    description: `Serves the parameters under ${parameters.path}`,
    entry: "handlers/fetch-parameters/index.ts",
    environment: {
      ...functionSettings.environment,
      PARAMETER_PATH: parameters.path,
      PARAMETER_RECURSIVE: String(parameters.recursive),
      ...cacheVariables(parameters.cache),
      // Without private DNS the SDK must be told the endpoint's own name.
      ...(network?.ssm?.privateDns === false && {
        AWS_ENDPOINT_URL_SSM: pulumi.interpolate`https://${network.ssm.dnsName}`,
      }),
      ...database?.environment,
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

const canary = makeCanaryRelease("fetcher-release", fetcher, config.function.release, target, tagged("function"));

if (database !== undefined) {
  new DatabaseAccess("fetcher-database", { database, function: fetcher, target }, tagged("database"));
}

const api = new RestApi(
  "api",
  {
    ...apiSettings,
    endpoint: network?.executeApi,
    callers: network ? callersOf(network) : [],
    routes: [lambdaRoute({ method: "GET", path: "/messages", function: fetcher })],
    logRetentionInDays: config.function.logRetentionInDays,
    target,
  },
  tagged("api"),
);

const logPipeline =
  config.logPipeline === false
    ? undefined
    : makeLogPipeline(
        { ...config.logPipeline, function: config.function, network, otherFunctions: [fetcher], target },
        tagged,
      );

const watching =
  config.watching === false
    ? undefined
    : watchStack(
        {
          settings: config.watching,
          fetcher,
          timeout: config.function.timeout,
          api,
          apiSettings,
          logPipeline,
          maximumEventAge: config.logPipeline ? config.logPipeline.maximumEventAgeInSeconds : undefined,
          network,
          target,
        },
        tagged("watching"),
      );

const interfaceEndpoints = [
  network?.ssm,
  network?.executeApi,
  ...(network?.others.values() ?? []),
  logPipeline?.endpoint,
];

export const networking = config.networking;
export const region = target.region;
export const functionName = fetcher.function.name;
export const functionArn = fetcher.function.arn;
/** The newest version, which callers of the alias get at once or, by `npm run release`, part by part. */
export const functionVersion = fetcher.function.version;
export const codeDeployApplicationName = canary?.group.applicationName ?? "";
export const codeDeployDeploymentGroupName = canary?.group.deploymentGroupName ?? "";
export const parameterPath = parameters.path;
export const apiId = api.api.id;
export const apiUrl = api.stage.invokeUrl;
/** Every way to call the API, from where, with which headers. */
export const apiInvokeUrls = api.invokeUrls;
export const vpcId = network?.vpc.vpcId ?? "";
export const publicSubnetIds = network?.vpc.publicSubnets.map(({ subnet }) => subnet.id) ?? [];
export const privateSubnetIds = network?.vpc.privateSubnets.map(({ subnet }) => subnet.id) ?? [];
export const isolatedSubnetIds = network?.vpc.isolatedSubnets.map(({ subnet }) => subnet.id) ?? [];
export const natGatewayIds = network?.vpc.natGatewayIds ?? [];
export const interfaceEndpointIds = interfaceEndpoints.flatMap((endpoint) => endpoint?.endpointId ?? []);
export const gatewayEndpointIds = [...(network?.gateways.values() ?? [])].map(({ endpointId }) => endpointId);
export const executeApiEndpointId = network?.executeApi?.endpointId ?? "";
/** Where the function connects to the database, over TLS and with a token for IAM. */
export const databaseProxyEndpoint = database?.proxy.proxy.endpoint ?? "";
export const databaseName = database?.databaseName ?? "";
export const databaseUser = database?.user ?? "";
export const logProducerName = logPipeline?.producer.function.name ?? "";
export const logConsumerName = logPipeline?.consumer.function.name ?? "";
export const logTopicArn = logPipeline?.topic.topic.arn ?? "";
/** What a function failed on for good, where a queue keeps it. */
export const logDeadLetterQueueUrl = logPipeline?.failures.deadLetterQueue?.url ?? "";
/** What EventBridge or SNS could not hand over. */
export const logUndeliveredQueueUrl = logPipeline?.failures.undelivered.url ?? "";
export const logNotificationTopicArn = logPipeline?.notifications?.topic.arn ?? "";
/** Where alarms go. */
export const alarmTopicArn = watching?.topic?.arn ?? "";
