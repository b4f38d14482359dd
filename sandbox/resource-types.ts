import { createHash } from "node:crypto";

/** What a resource's provider would know: everything that was asked for, and where it is deployed. */
export interface ResourceContext {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly accountId: string;
}

/** What the provider computes: the id, and the outputs that are not inputs. */
interface Computed {
  readonly id: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

type Compute = (context: ResourceContext) => Computed;

/** A stable stand-in for AWS's random part of an id: the same resource has the same one in every run. */
export function hex(length: number, ...of: readonly string[]): string {
  return createHash("sha256").update(of.join("\n")).digest("hex").slice(0, length);
}

const arn = ({ region, accountId }: ResourceContext, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

const text = (context: ResourceContext, key: string): string => String(context.inputs[key] ?? "");

/** An auto-named resource's name: the logical name with a suffix, as the engine makes it. */
const physicalName = (context: ResourceContext): string =>
  text(context, "name") || `${context.name}-${hex(7, context.name)}`;

/** An EC2 resource: an id with the resource's prefix, and an ARN of it. */
const ec2 =
  (
    prefix: string,
    kind: string,
    more: (id: string, context: ResourceContext) => Record<string, unknown> = () => ({}),
  ): Compute =>
  (context) => {
    const id = `${prefix}-${hex(17, prefix, context.name)}`;
    return { id, outputs: { arn: arn(context, "ec2", `${kind}/${id}`), ...more(id, context) } };
  };

/** A resource with a name and an ARN. */
const named =
  (arnOf: (name: string, context: ResourceContext) => string): Compute =>
  (context) => {
    const name = physicalName(context);
    return { id: name, outputs: { name, arn: arnOf(name, context) } };
  };

/** A resource that ties others together: no more than an id. */
const tie =
  (prefix: string): Compute =>
  ({ name }) => ({ id: `${prefix}-${hex(17, prefix, name)}` });

const endpoint: Compute = (context) => {
  const id = `vpce-${hex(17, "vpce", context.name)}`;
  const service = text(context, "serviceName").split(".").at(-1) ?? "";
  const dnsName = `${id}-${hex(8, id)}.${service}.${context.region}.vpce.amazonaws.com`;
  const gateway = text(context, "vpcEndpointType") === "Gateway";
  return {
    id,
    outputs: {
      arn: arn(context, "ec2", `vpc-endpoint/${id}`),
      state: "available",
      ...(gateway
        ? { prefixListId: `pl-${hex(8, service, context.region)}`, dnsEntries: [] }
        : { dnsEntries: [{ dnsName, hostedZoneId: `Z${hex(13, id).toUpperCase()}` }] }),
    },
  };
};

const lambda: Compute = (context) => {
  const name = physicalName(context);
  const functionArn = arn(context, "lambda", `function:${name}`);
  return {
    id: name,
    outputs: { name, arn: functionArn, invokeArn: invokeArn(context, functionArn), version: "1" },
  };
};

const alias: Compute = (context) => {
  const functionArn = arn(context, "lambda", `function:${text(context, "functionName")}`);
  const aliasArn = `${functionArn}:${text(context, "name")}`;
  return { id: aliasArn, outputs: { arn: aliasArn, invokeArn: invokeArn(context, aliasArn) } };
};

const invokeArn = ({ region }: ResourceContext, functionArn: string) =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

const restApi: Compute = (context) => {
  const id = hex(10, "api", context.name);
  return {
    id,
    outputs: {
      name: physicalName(context),
      arn: `arn:aws:apigateway:${context.region}::/restapis/${id}`,
      executionArn: arn(context, "execute-api", id),
      rootResourceId: hex(10, "root", context.name),
    },
  };
};

const stage: Compute = (context) => {
  const api = text(context, "restApi");
  const stageName = text(context, "stageName");
  return {
    id: `ags-${api}-${stageName}`,
    outputs: {
      arn: `arn:aws:apigateway:${context.region}::/restapis/${api}/stages/${stageName}`,
      executionArn: arn(context, "execute-api", `${api}/${stageName}`),
      invokeUrl: `https://${api}.execute-api.${context.region}.amazonaws.com/${stageName}`,
    },
  };
};

/** A queue's id is its URL. */
const queue: Compute = (context) => {
  const name = physicalName(context);
  const url = `https://sqs.${context.region}.amazonaws.com/${context.accountId}/${name}`;
  return { id: url, outputs: { name, url, arn: arn(context, "sqs", name) } };
};

/** A topic's id is its ARN. */
const topic: Compute = (context) => {
  const name = physicalName(context);
  const topicArn = arn(context, "sns", name);
  return { id: topicArn, outputs: { name, arn: topicArn } };
};

const topicSubscription: Compute = (context) => {
  const subscriptionArn = `${text(context, "topic")}:${hex(32, "subscription", context.name)}`;
  return { id: subscriptionArn, outputs: { arn: subscriptionArn } };
};

/** The master user's secret is RDS's own, and named by it. */
const databaseCluster: Compute = (context) => {
  const id = text(context, "clusterIdentifier") || physicalName(context);
  const domain = `${hex(12, id)}.${context.region}.rds.amazonaws.com`;
  const secret = `secret:rds!cluster-${hex(32, "secret", id)}-${hex(6, "version", id)}`;
  const managed = context.inputs.manageMasterUserPassword === true;
  return {
    id,
    outputs: {
      clusterIdentifier: id,
      arn: arn(context, "rds", `cluster:${id}`),
      endpoint: `${id}.cluster-${domain}`,
      readerEndpoint: `${id}.cluster-ro-${domain}`,
      masterUserSecrets: managed
        ? [{ secretArn: arn(context, "secretsmanager", secret), secretStatus: "active", kmsKeyId: "" }]
        : [],
    },
  };
};

/** A proxy's id is its name; its ARN ends in the id that policies call it by. */
const databaseProxy: Compute = (context) => {
  const name = physicalName(context);
  return {
    id: name,
    outputs: {
      name,
      arn: arn(context, "rds", `db-proxy:prx-${hex(17, "prx", context.name)}`),
      endpoint: `${name}.proxy-${hex(12, name)}.${context.region}.rds.amazonaws.com`,
    },
  };
};

/** Everything that the program makes, by type token. */
const TYPES: Readonly<Record<string, Compute>> = {
  "aws:apigateway/account:Account": () => ({ id: "api-gateway-account" }),
  "aws:apigateway/deployment:Deployment": ({ name }) => ({ id: hex(6, name) }),
  "aws:apigateway/integration:Integration": tie("agi"),
  "aws:apigateway/method:Method": tie("agm"),
  "aws:apigateway/methodSettings:MethodSettings": tie("agms"),
  "aws:apigateway/resource:Resource": ({ name, inputs }) => ({
    id: hex(6, name),
    outputs: { path: `/${String(inputs.pathPart)}` },
  }),
  "aws:apigateway/restApi:RestApi": restApi,
  "aws:apigateway/restApiPolicy:RestApiPolicy": tie("agp"),
  "aws:apigateway/stage:Stage": stage,
  "aws:cloudwatch/dashboard:Dashboard": (context) => ({
    id: text(context, "dashboardName"),
    outputs: { dashboardArn: arn(context, "cloudwatch", `dashboard/${text(context, "dashboardName")}`) },
  }),
  "aws:cloudwatch/eventRule:EventRule": named((name, at) => arn(at, "events", `rule/${name}`)),
  "aws:cloudwatch/eventTarget:EventTarget": tie("target"),
  "aws:cloudwatch/logGroup:LogGroup": named((name, at) => arn(at, "logs", `log-group:${name}`)),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named((name, at) => arn(at, "cloudwatch", `alarm:${name}`)),
  "aws:cloudwatch/queryDefinition:QueryDefinition": tie("query"),
  "aws:codedeploy/application:Application": named((name, at) => arn(at, "codedeploy", `application:${name}`)),
  "aws:codedeploy/deploymentGroup:DeploymentGroup": tie("group"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": ec2("eigw", "egress-only-internet-gateway"),
  "aws:ec2/eip:Eip": ec2("eipalloc", "elastic-ip", (id) => ({ allocationId: id, publicIp: "203.0.113.10" })),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log"),
  "aws:ec2/internetGateway:InternetGateway": ec2("igw", "internet-gateway"),
  "aws:ec2/natGateway:NatGateway": ec2("nat", "natgateway"),
  "aws:ec2/route:Route": tie("r"),
  "aws:ec2/routeTable:RouteTable": ec2("rtb", "route-table"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": tie("rtbassoc"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group", (_, at) => ({ name: physicalName(at) })),
  "aws:ec2/subnet:Subnet": ec2("subnet", "subnet"),
  "aws:ec2/vpc:Vpc": ec2("vpc", "vpc", (id, { inputs }) => ({
    mainRouteTableId: `rtb-${hex(17, "main", id)}`,
    defaultRouteTableId: `rtb-${hex(17, "main", id)}`,
    defaultNetworkAclId: `acl-${hex(17, id)}`,
    defaultSecurityGroupId: `sg-${hex(17, "default", id)}`,
    ...(inputs.assignGeneratedIpv6CidrBlock === true && { ipv6CidrBlock: "2001:db8:1234:1a00::/56" }),
  })),
  "aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": (context) => ({ id: text(context, "vpcEndpointId") }),
  "aws:iam/role:Role": named((name, { accountId }) => `arn:aws:iam::${accountId}:role/${name}`),
  "aws:iam/rolePolicy:RolePolicy": (context) => ({ id: `${text(context, "role")}:${physicalName(context)}` }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": tie("rpa"),
  "aws:lambda/alias:Alias": alias,
  "aws:lambda/codeSigningConfig:CodeSigningConfig": (context) => {
    const id = `csc-${hex(17, "csc", context.name)}`;
    return { id, outputs: { arn: arn(context, "lambda", `code-signing-config:${id}`), configId: id } };
  },
  "aws:lambda/function:Function": lambda,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (context) => ({
    id: `${text(context, "functionName")}:${text(context, "qualifier")}`,
  }),
  "aws:lambda/permission:Permission": tie("permission"),
  "aws:rds/cluster:Cluster": databaseCluster,
  "aws:rds/clusterInstance:ClusterInstance": named((name, at) => arn(at, "rds", `db:${name}`)),
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": named((name, at) =>
    arn(at, "rds", `cluster-pg:${name}`),
  ),
  "aws:rds/proxy:Proxy": databaseProxy,
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": (context) => ({
    id: text(context, "dbProxyName"),
    outputs: { name: "default" },
  }),
  "aws:rds/proxyTarget:ProxyTarget": tie("target"),
  "aws:rds/subnetGroup:SubnetGroup": named((name, at) => arn(at, "rds", `subgrp:${name}`)),
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": (context) => ({ id: text(context, "arn") }),
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  "aws:sqs/queue:Queue": queue,
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": tie("provisioned"),
  "aws:s3/bucket:Bucket": (context) => {
    const name = text(context, "bucket") || physicalName(context);
    return { id: name, outputs: { bucket: name, arn: `arn:aws:s3:::${name}` } };
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": tie("lifecycle"),
  "aws:s3/bucketObjectv2:BucketObjectv2": (context) => ({
    id: text(context, "key"),
    outputs: { versionId: hex(32, "version", context.name) },
  }),
  "aws:s3/bucketPolicy:BucketPolicy": tie("policy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": tie("block"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": tie("sse"),
  "aws:s3/bucketVersioning:BucketVersioning": tie("versioning"),
  "aws:signer/signingJob:SigningJob": (context) => ({
    id: hex(32, "job", context.name),
    outputs: { signedObjects: [{ s3s: [{ bucket: "code", key: `signed/${hex(32, context.name)}.zip` }] }] },
  }),
  "aws:signer/signingProfile:SigningProfile": (context) => {
    const name = text(context, "name") || `${text(context, "namePrefix")}${hex(12, context.name)}`;
    return {
      id: name,
      outputs: { name, versionArn: arn(context, "signer", `/signing-profiles/${name}/v1`) },
    };
  },
  "aws:ssm/parameter:Parameter": named((name, at) => arn(at, "ssm", `parameter${name}`)),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": tie("sgr"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": tie("sgr"),
};

/**
 * What AWS would answer to the creation of a resource.
 * @throws Error for a type that is not known here: a guess would be proof of nothing
 */
export function create(type: string, context: ResourceContext): Computed {
  const compute = TYPES[type];
  if (compute === undefined) throw new Error(`sandbox/resource-types.ts does not know the type ${type}`);
  return compute(context);
}
