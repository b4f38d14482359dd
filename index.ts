import * as pulumi from "@pulumi/pulumi";
import { domainUrls } from "./components/api/domain-plan.js";
import { makeFrontDoor } from "./components/api/front-door.js";
import { deploymentTarget } from "./components/base/deployment-target.js";
import { withTags } from "./components/base/tags.js";
import { Database } from "./components/database/database.js";
import { DatabaseAccess } from "./components/database/database-access.js";
import { makeCanaryRelease } from "./components/function/canary-release.js";
import { CodeBucket } from "./components/function/code-bucket.js";
import { makeFetcher } from "./components/function/fetcher.js";
import { SeededParameters } from "./components/parameters/seeded-parameters.js";
import { makeLogPipeline } from "./components/pipeline/log-pipeline.js";
import { watchStack } from "./components/watching/watch-stack.js";
import { readConfig } from "./config/index.js";
import { makePrivateNetwork } from "./program/network.js";

const config = readConfig();
const { parameters, api: apiSettings } = config;
const isPrivate = apiSettings.endpointType === "PRIVATE";
const target = await deploymentTarget();
const tagged = (component: string): pulumi.ComponentResourceOptions => ({
  transformations: [withTags({ project: pulumi.getProject(), stack: pulumi.getStack(), component })],
});

const inside =
  config.networking === "vpc"
    ? {
        database: config.database,
        cidrBlock: config.vpc.cidrBlock,
        network: await makePrivateNetwork(
          {
            vpc: { ...config.vpc, isolated: config.database !== false },
            endpoints: { ...config.endpoints, executeApi: isPrivate && config.endpoints.executeApi },
            parameterPath: parameters.path,
            target,
          },
          tagged("network"),
        ),
      }
    : undefined;
const network = inside?.network;

new SeededParameters(
  "parameters",
  { ...parameters, secretValues: config.secretParameters },
  tagged("parameters"),
);

const { codeBucket: isUploaded, codeSigning, release, ...functionSettings } = config.function;
const codeBucket = isUploaded
  ? new CodeBucket("code", { signing: codeSigning || undefined, target }, tagged("function"))
  : undefined;

const database =
  inside === undefined || inside.database === false
    ? undefined
    : new Database(
        "database",
        {
          ...inside.database,
          vpc: inside.network.vpc,
          // A stack with a database is refused without it.
          environments: functionSettings.reservedConcurrency ?? 0,
          borrowTimeout: functionSettings.timeout,
          target,
        },
        tagged("database"),
      );

const fetcher = makeFetcher(
  {
    ...functionSettings,
    ...{ parameters, network, release, codeBucket, target },
    environment: { ...functionSettings.environment, ...database?.environment },
    allowOrigin: apiSettings.cors ? apiSettings.cors.allowOrigin : undefined,
  },
  tagged("function"),
);
const canary = makeCanaryRelease("fetcher-release", fetcher, release, target, tagged("function"));

if (database !== undefined) {
  new DatabaseAccess("fetcher-database", { database, function: fetcher, target }, tagged("database"));
}

const { api, peerings } = makeFrontDoor(
  {
    ...apiSettings,
    ...{ function: fetcher, messageStore: config.messageStore, inside, target },
    logRetentionInDays: functionSettings.logRetentionInDays,
  },
  tagged,
);

const logPipeline =
  config.logPipeline === false
    ? undefined
    : makeLogPipeline(
        {
          ...config.logPipeline,
          ...{ function: { ...functionSettings, codeBucket }, network, otherFunctions: [fetcher], target },
        },
        tagged,
      );

const watching =
  config.watching === false
    ? undefined
    : watchStack(
        {
          ...{ settings: config.watching, fetcher, timeout: functionSettings.timeout, api, apiSettings },
          ...{ logPipeline, network, target },
          maximumEventAge: config.logPipeline ? config.logPipeline.maximumEventAgeInSeconds : undefined,
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
