import { isRecord, type Properties, records } from "../resources/read.js";
import type { DeployedResource } from "./deployed.js";
import type { Step } from "./plan.js";

/**
 * What is gone when a resource is deleted or replaced. `data`: what no deployment creates again. `logs`: expire by
 * themselves. `address`, `url`, `name`, `key`, `interface`: what others use or have on a list. `unknown`: the table
 * does not know the type.
 */
export type LossKind = "data" | "logs" | "address" | "url" | "name" | "key" | "interface" | "unknown";

/** Something that is lost or cut off. */
export interface Loss {
  readonly kind: LossKind;
  /** `public address 203.0.113.7; who has it on a list of allowed callers must change it` */
  readonly what: string;
}

type Describe = (outputs: Properties, deployed: DeployedResource) => readonly Loss[];

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const loss = (kind: LossKind, what: string): Loss[] => [{ kind, what }];

/** A resource whose id or ARN others may have written down. */
const named =
  (what: string): Describe =>
  ({ id, arn, name }, deployed) =>
    loss("name", `${what} ${text(arn) || text(name) || text(id) || deployed.name}`);

const data =
  (what: string, property: string): Describe =>
  (outputs, deployed) =>
    loss("data", `${what} ${text(outputs[property]) || deployed.id || deployed.name}`);

const LOST: Readonly<Record<string, Describe>> = {
  "aws:acm/certificate:Certificate": ({ domainName }) =>
    loss("name", `certificate for ${text(domainName)}: whatever else uses it`),
  "aws:apigateway/apiKey:ApiKey": ({ name }) =>
    loss("key", `value of API key ${text(name)}; its user gets 403 until they have the new one`),
  "aws:apigateway/domainName:DomainName": ({ domainName, regionalDomainName, cloudfrontDomainName }) =>
    loss(
      "name",
      `${text(domainName)}: its target ${text(regionalDomainName) || text(cloudfrontDomainName)}, which DNS records point to`,
    ),
  "aws:apigateway/restApi:RestApi": ({ id, name, arn }) => {
    const region = text(arn).split(":")[3] ?? "REGION";
    return loss("url", `API ${text(name)}: https://${text(id)}.execute-api.${region}.amazonaws.com`);
  },
  "aws:apigateway/stage:Stage": ({ invokeUrl, stageName }) =>
    loss("url", `stage ${text(stageName)}: ${text(invokeUrl)}, its cache and its counts of usage`),
  "aws:apigatewayv2/api:Api": ({ apiEndpoint }) => loss("url", `API ${text(apiEndpoint)}`),
  "aws:autoscaling/group:Group": ({ name }) =>
    loss(
      "interface",
      `the instances of Auto Scaling group ${text(name)}: connections to them and through them end`,
    ),
  "aws:cloudwatch/logGroup:LogGroup": ({ name }) => loss("logs", `log group ${text(name)} with its logs`),
  "aws:cognito/userPool:UserPool": data("every user of user pool", "name"),
  "aws:cognito/userPoolClient:UserPoolClient": named("client of a user pool, whose id applications have,"),
  "aws:dynamodb/table:Table": data("every item in table", "name"),
  "aws:ec2/eip:Eip": ({ publicIp }) =>
    loss("address", `public address ${text(publicIp)}; AWS never gives it back to you`),
  "aws:ec2/natGateway:NatGateway": ({ publicIp, privateIp }) =>
    loss("interface", `NAT gateway ${text(publicIp) || text(privateIp)}: connections through it end`),
  "aws:ec2/networkInterface:NetworkInterface": ({ id, privateIp }) =>
    loss(
      "interface",
      `network interface ${[text(id), text(privateIp)].filter(Boolean).join(", ")} with its address`,
    ),
  "aws:ec2/vpc:Vpc": ({ id, cidrBlock }) =>
    loss("name", `VPC ${text(id)} (${text(cidrBlock)}): peering, shares and DNS associations of others`),
  "aws:ec2/subnet:Subnet": ({ id, cidrBlock, availabilityZone }) =>
    loss(
      "interface",
      `subnet ${text(id)} (${text(cidrBlock)}, ${text(availabilityZone)}) with every interface in it`,
    ),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (outputs) => endpointLosses(outputs),
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": ({ id }) =>
    loss("name", `peering connection ${text(id)}: the other side accepts and routes it anew`),
  "aws:ec2/securityGroup:SecurityGroup": named("security group"),
  "aws:ec2/managedPrefixList:ManagedPrefixList": named("prefix list"),
  "aws:efs/accessPoint:AccessPoint": named("access point"),
  "aws:efs/fileSystem:FileSystem": data("every file in file system", "id"),
  "aws:efs/mountTarget:MountTarget": ({ ipAddress, availabilityZoneName }) =>
    loss(
      "interface",
      `mount target ${text(ipAddress)} (${text(availabilityZoneName)}): open files in its zone`,
    ),
  "aws:kms/key:Key": data("everything encrypted with key", "arn"),
  "aws:lambda/function:Function": (outputs, deployed) => [
    ...named("function")(outputs, deployed),
    ...loss("name", "its published versions, to which a release could go back"),
  ],
  "aws:lambda/functionUrl:FunctionUrl": ({ functionUrl }) => loss("url", text(functionUrl)),
  "aws:lb/listener:Listener": () => [],
  "aws:lb/listenerRule:ListenerRule": () => [],
  "aws:lb/loadBalancer:LoadBalancer": ({ dnsName }) => loss("name", `load balancer ${text(dnsName)}`),
  "aws:lb/targetGroup:TargetGroup": () => [],
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": () => [],
  "aws:rds/cluster:Cluster": ({ clusterIdentifier, endpoint, skipFinalSnapshot }) => [
    ...loss(
      "data",
      `database cluster ${text(clusterIdentifier)}${skipFinalSnapshot === false ? "; a final snapshot stays" : " without a final snapshot"}`,
    ),
    ...(text(endpoint) === "" ? [] : loss("name", text(endpoint))),
  ],
  "aws:rds/proxy:Proxy": ({ endpoint }) => loss("name", `database proxy ${text(endpoint)}`),
  "aws:route53/zone:Zone": ({ name }) => loss("name", `hosted zone ${text(name)} with its records`),
  "aws:route53/record:Record": ({ fqdn, name }) => loss("name", `DNS record ${text(fqdn) || text(name)}`),
  "aws:s3/bucket:Bucket": data("every object in bucket", "bucket"),
  "aws:s3/bucketV2:BucketV2": data("every object in bucket", "bucket"),
  "aws:s3/bucketVersioning:BucketVersioning": () => [],
  "aws:secretsmanager/secret:Secret": data("the value of secret", "name"),
  "aws:sns/topic:Topic": ({ arn }) => loss("name", `topic ${text(arn)} with its subscriptions`),
  "aws:sns/topicSubscription:TopicSubscription": ({ endpoint }) =>
    loss("name", `subscription of ${text(endpoint)}, which an e-mail address confirms anew`),
  "aws:sqs/queue:Queue": data("the messages in queue", "name"),
  "aws:ssm/parameter:Parameter": ({ name, type }) =>
    loss("data", `the value of parameter ${text(name)}${type === "SecureString" ? " (SecureString)" : ""}`),
};

/** Types that hold data and of which nothing else is known here. */
const HOLDS_DATA =
  /^aws:(backup|cognito|docdb|dynamodb|ebs|ecr|efs|elasticache|fsx|keyspaces|kinesis|lightsail|memorydb|mq|msk|neptune|opensearch|qldb|rds|redshift|s3|secretsmanager|timestreamwrite)\/(\w*(cluster|fileSystem|fileCache|globalTable|instance|keyspace|database|domain|repository|secret|stream|table|userPool|vault|volume|snapshot|broker|cache\w*|replicationGroup|bucket|bucketV2|directoryBucket)):/i;
const CLUSTER_PARTS = /:(ClusterInstance|ClusterEndpoint|ClusterParameterGroup|ClusterRoleAssociation)$/;

/** What is lost or cut off by a step; nothing if it is neither a deletion nor a replacement, or AWS keeps the resource. */
export function lossesOf(
  { action, deployed, type }: Step,
  isTabled: (type: string) => boolean,
): readonly Loss[] {
  if (deployed === undefined || !["replace", "may-replace", "delete"].includes(action)) return [];
  if (deployed.isRetained) return [];
  const outputs = { id: deployed.id, ...deployed.inputs, ...deployed.outputs };
  const describe = LOST[deployed.type];
  if (describe !== undefined) return describe(outputs, deployed);
  if (HOLDS_DATA.test(deployed.type) && !CLUSTER_PARTS.test(deployed.type))
    return loss("data", `everything in ${deployed.type} ${deployed.id ?? deployed.name}`);
  return isTabled(type) ? [] : loss("unknown", `${deployed.type}: not in the table of what holds data`);
}

function endpointLosses({
  id,
  serviceName,
  networkInterfaceIds,
  dnsEntries,
  privateDnsEnabled,
}: Properties): Loss[] {
  const interfaces = Array.isArray(networkInterfaceIds) ? networkInterfaceIds.length : 0;
  const [entry] = records(dnsEntries).filter(isRecord);
  return [
    ...loss("name", `endpoint ${text(id)} of ${text(serviceName)}: policies that name it`),
    ...(interfaces === 0
      ? []
      : loss("interface", `its ${interfaces} network interfaces with their addresses`)),
    ...(entry === undefined ? [] : loss("name", text(entry.dnsName))),
    ...(privateDnsEnabled === true ? loss("name", `private DNS of ${text(serviceName)} in the VPC`) : []),
  ];
}

/** What an update in place cuts off. */
export function cutsOf({ action, deployed, changed, inputs }: Step): readonly Loss[] {
  if (deployed === undefined || action !== "update") return [];
  if (deployed.type === "aws:apigateway/restApi:RestApi" && changed.includes("endpointConfiguration"))
    return endpointTypeCut(deployed, inputs);
  if (deployed.type === "aws:lambda/function:Function" && changed.includes("vpcConfig"))
    return loss(
      "interface",
      `function ${deployed.name}: its network interfaces, and the addresses that it calls from`,
    );
  // A new version of the launch template, if the group then replaces its instances.
  if (
    deployed.type === "aws:autoscaling/group:Group" &&
    changed.includes("launchTemplate") &&
    inputs.instanceRefresh !== undefined
  )
    return loss(
      "interface",
      `Auto Scaling group ${deployed.name}: its instances are replaced, and connections to them and through them end`,
    );
  return [];
}

function endpointTypeCut({ outputs, inputs: before }: DeployedResource, inputs: Properties): Loss[] {
  const [old, now] = [typesOf(before.endpointConfiguration), typesOf(inputs.endpointConfiguration)];
  if (old === now) return [];
  const who =
    now === "PRIVATE"
      ? "callers on the internet"
      : old === "PRIVATE"
        ? "callers through its VPC endpoints' names"
        : "nobody by its URL, but DNS records that point to its old target";
  return loss("url", `API ${text(outputs.name)} becomes ${now} (was ${old}): cuts off ${who}`);
}

const typesOf = (configuration: unknown): string =>
  records([configuration])
    .filter(isRecord)
    .map(({ types }) => String(types))
    .join();
