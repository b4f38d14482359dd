import type * as pulumi from "@pulumi/pulumi";
import type { InvokeUrl } from "../components/api/invoke-urls.js";
import { domainUrls } from "../components/api/settings.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import type { Database } from "../components/database/database.js";
import type { FrontDoor } from "../components/front-door/front-door.js";
import type { Monitoring } from "../components/monitoring/monitoring.js";
import type { StackConfig } from "../config/index.js";
import type { Api } from "./api.js";
import { userPoolOutputs } from "./authorizers.js";
import type { EventPipeline } from "./events.js";
import type { Fetcher } from "./function.js";
import type { Network } from "./network.js";

type Text = pulumi.Input<string>;
type Texts = readonly pulumi.Input<string>[];

/** The stack's outputs. A part that is off leaves its outputs empty: `""` or `[]`. */
export interface StackOutputs {
  /** `public` or `vpc`, as configured. */
  readonly networking: StackConfig["networking"];
  /** The Region that the stack is deployed to. */
  readonly region: string;
  /** The name of the function that serves the parameters. */
  readonly functionName: Text;
  /** The ARN of the function that serves the parameters. */
  readonly functionArn: Text;
  /** The newest version. After an update every caller of the alias has it. */
  readonly functionVersion: Text;
  /** The CodeDeploy application that releases the function; empty for `AllAtOnce`. */
  readonly codeDeployApplicationName: Text;
  /** The CodeDeploy deployment group that releases the function; empty for `AllAtOnce`. */
  readonly codeDeployDeploymentGroupName: Text;
  /** The path of the parameters that the function serves. */
  readonly parameterPath: string;
  /** The command that stores a first parameter under the path; empty if the stack keeps parameters itself. Without any, the API answers 404. */
  readonly firstParameterCommand: string;
  /** The REST API's id. */
  readonly apiId: Text;
  /** The API's URL: by its first custom domain name, else the stage's own. */
  readonly apiUrl: Text;
  /** Every way to call the API: from where, at which URL and with which headers. */
  readonly apiInvokeUrls: pulumi.Output<InvokeUrl[]>;
  /** The ids of the usage plans' API keys, by key name. The keys' values are not outputs. */
  readonly apiKeyIds: Readonly<Record<string, Text>>;
  /** The ids of the user pools that the stack makes, by authorizer. */
  readonly userPoolIds: Readonly<Record<string, Text>>;
  /** The ids of the clients with which applications sign in to these user pools, by authorizer. They have no secret. */
  readonly userPoolClientIds: Readonly<Record<string, Text>>;
  /** The API's custom domain names. */
  readonly apiDomainNames: readonly string[];
  /** The front door's URL, by its name; empty without one. A route's path follows it. */
  readonly frontDoorUrl: string;
  /** The host name of the front door's load balancer. Without `frontDoor.hostedZoneId` the owner of the name makes a CNAME record for it. */
  readonly frontDoorDnsName: Text;
  /** The peering connections with the VPCs that call the API. */
  readonly peeringConnectionIds: Texts;
  /** The VPC's id. */
  readonly vpcId: Text;
  /** The public subnets, which hold the NAT gateways or instances. */
  readonly publicSubnetIds: Texts;
  /** The private subnets, which hold the endpoints, and the functions unless these have subnets of their own. */
  readonly privateSubnetIds: Texts;
  /** The subnets of functions: those of `vpc.functionSubnets`, else the private subnets. */
  readonly functionSubnetIds: Texts;
  /** The isolated subnets, which hold the database. */
  readonly isolatedSubnetIds: Texts;
  /** The NAT gateways. */
  readonly natGatewayIds: Texts;
  /** The Auto Scaling groups of the NAT instances, for an instance refresh. */
  readonly natInstanceGroupNames: Texts;
  /** The interface endpoints, each with an hourly price. */
  readonly interfaceEndpointIds: Texts;
  /** The gateway endpoints, which are free. */
  readonly gatewayEndpointIds: Texts;
  /** The endpoint that the private API is called through. */
  readonly executeApiEndpointId: Text;
  /** The database proxy's host name. The function connects to it over TLS, with an IAM token as password. */
  readonly databaseProxyEndpoint: Text;
  /** The database's name in the cluster. */
  readonly databaseName: string;
  /** The database user that the function logs in as. */
  readonly databaseUser: string;
  /** The event pipeline's function that publishes messages. */
  readonly logProducerName: Text;
  /** The event pipeline's function that measures messages. */
  readonly logConsumerName: Text;
  /** The topic between the event pipeline's two functions. */
  readonly logTopicArn: Text;
  /** The queue of events that a function failed on after every retry; empty if they go to a topic. */
  readonly logDeadLetterQueueUrl: Text;
  /** The queue of events that EventBridge or SNS could not deliver to a function. */
  readonly logUndeliveredQueueUrl: Text;
  /** The topic that notifies of CodePipeline executions. */
  readonly logNotificationTopicArn: Text;
  /** The topic that alarms are sent to. */
  readonly alarmTopicArn: Text;
}

interface StackParts {
  readonly config: StackConfig;
  readonly target: DeploymentTarget;
  readonly network?: Network;
  readonly database?: Database;
  readonly fetcher: Fetcher;
  readonly api: Api;
  readonly frontDoor?: FrontDoor;
  readonly events?: EventPipeline;
  readonly monitoring?: Monitoring;
}

/** Collects the outputs of the stack's parts. */
export function stackOutputs(parts: StackParts): StackOutputs {
  const { config, target, fetcher, database, frontDoor, monitoring } = parts;
  const { lambda } = fetcher;
  const { canary } = lambda;
  return {
    networking: config.networking,
    region: target.region,
    functionName: lambda.function.name,
    functionArn: lambda.function.arn,
    functionVersion: lambda.function.version,
    codeDeployApplicationName: canary?.group.applicationName ?? "",
    codeDeployDeploymentGroupName: canary?.group.deploymentGroupName ?? "",
    parameterPath: config.parameters.path,
    firstParameterCommand: firstParameterCommand(config, target.region),
    ...apiOutputs(parts),
    frontDoorUrl: frontDoor?.url ?? "",
    frontDoorDnsName: frontDoor?.loadBalancer.dnsName ?? "",
    ...networkOutputs(parts),
    databaseProxyEndpoint: database?.proxy.proxy.endpoint ?? "",
    databaseName: database?.databaseName ?? "",
    databaseUser: database?.user ?? "",
    ...eventOutputs(parts),
    alarmTopicArn: monitoring?.topic?.arn ?? "",
  };
}

function firstParameterCommand({ parameters, secretParameters }: StackConfig, region: string): string {
  const kept = { ...parameters.values, ...secretParameters };
  if (Object.keys(kept).length > 0) return "";
  return `aws ssm put-parameter --region ${region} --name ${parameters.path}/greeting --type String --value hello`;
}

function apiOutputs({ config, api: { api, callers, peerings } }: StackParts) {
  const { domains } = config.api;
  return {
    apiId: api.api.id,
    apiUrl: domainUrls(domains)[0] ?? api.stage.invokeUrl,
    apiInvokeUrls: api.invokeUrls,
    apiKeyIds: api.apiKeyIds,
    ...userPoolOutputs(callers),
    apiDomainNames: Object.keys(domains),
    peeringConnectionIds: peerings.map(({ connectionId }) => connectionId),
  };
}

function networkOutputs({ network, events }: StackParts) {
  const interfaces = [
    network?.ssm,
    network?.executeApi,
    ...(network?.others.values() ?? []),
    events?.endpoint,
  ];
  return {
    vpcId: network?.vpc.vpcId ?? "",
    publicSubnetIds: network?.vpc.publicSubnets.map(({ subnet }) => subnet.id) ?? [],
    privateSubnetIds: network?.vpc.privateSubnets.map(({ subnet }) => subnet.id) ?? [],
    functionSubnetIds: network?.vpc.functionSubnets.map(({ subnet }) => subnet.id) ?? [],
    isolatedSubnetIds: network?.vpc.isolatedSubnets.map(({ subnet }) => subnet.id) ?? [],
    natGatewayIds: network?.vpc.natGatewayIds ?? [],
    natInstanceGroupNames: network?.vpc.natInstances.map(({ group }) => group.name) ?? [],
    interfaceEndpointIds: interfaces.flatMap((endpoint) => endpoint?.endpointId ?? []),
    gatewayEndpointIds: [...(network?.gateways.values() ?? [])].map(({ endpointId }) => endpointId),
    executeApiEndpointId: network?.executeApi?.endpointId ?? "",
  };
}

function eventOutputs({ events }: StackParts) {
  return {
    logProducerName: events?.producer.function.name ?? "",
    logConsumerName: events?.consumer.function.name ?? "",
    logTopicArn: events?.topic.topic.arn ?? "",
    logDeadLetterQueueUrl: events?.failures.deadLetterQueue?.url ?? "",
    logUndeliveredQueueUrl: events?.failures.undelivered.url ?? "",
    logNotificationTopicArn: events?.notifications?.topic.arn ?? "",
  };
}
