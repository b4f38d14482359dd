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

/** A private domain name has an id beside its name; another account may have the same name. */
const domainName: Compute = (context) => {
  const name = text(context, "domainName");
  const arnOfDomain = (at: string) => `arn:aws:apigateway:${context.region}::/domainnames/${at}`;
  if (context.inputs.policy !== undefined) {
    const domainNameId = hex(10, "domain", name);
    const at = `${name}+${domainNameId}`;
    const privateArn = `arn:aws:apigateway:${context.region}:${context.accountId}:/domainnames/${at}`;
    return { id: `${name}/${domainNameId}`, outputs: { arn: privateArn, domainNameId } };
  }
  return {
    id: name,
    outputs: {
      arn: arnOfDomain(name),
      domainNameId: "",
      regionalDomainName: `d-${hex(10, name)}.execute-api.${context.region}.amazonaws.com`,
      regionalZoneId: `Z${hex(13, context.region).toUpperCase()}`,
      cloudfrontDomainName: `d${hex(13, name)}.cloudfront.net`,
      cloudfrontZoneId: "Z2FDTNDATAQYW2", // CloudFront's own, the same for everybody
    },
  };
};

const hostedZone: Compute = (context) => {
  const id = `Z${hex(20, "zone", context.name).toUpperCase()}`;
  return { id, outputs: { zoneId: id, arn: `arn:aws:route53:::hostedzone/${id}` } };
};

/** An API Gateway resource with an id of its own that is in no API. */
const inGateway =
  (kind: string, more: (name: string) => Record<string, unknown> = () => ({})): Compute =>
  (context) => {
    const { name, region } = context;
    const id = hex(10, kind, name);
    const outputs = { name: physicalName(context), arn: `arn:aws:apigateway:${region}::/${kind}/${id}` };
    return { id, outputs: { ...outputs, ...more(name) } };
  };

/** AWS makes up a key's value where none is given. */
const apiKey = inGateway("apikeys", (name) => ({ value: hex(40, "value", name), enabled: true }));
const usagePlan = inGateway("usageplans");

const webAcl: Compute = (context) => {
  const name = physicalName(context);
  const id = hex(32, "acl", context.name);
  return { id, outputs: { name, arn: arn(context, "wafv2", `regional/webacl/${name}/${id}`) } };
};

/** Everything that the program makes, by type token. */
const TYPES: Readonly<Record<string, Compute>> = {
  "aws:apigateway/account:Account": () => ({ id: "api-gateway-account" }),
  "aws:apigateway/apiKey:ApiKey": apiKey,
  "aws:apigateway/basePathMapping:BasePathMapping": (context) => ({
    id: `${text(context, "domainName")}/${text(context, "basePath")}`,
  }),
  "aws:apigateway/deployment:Deployment": ({ name }) => ({ id: hex(6, name) }),
  "aws:apigateway/domainName:DomainName": domainName,
  "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation": (context) => {
    const association = `${text(context, "domainNameArn")}/vpcesource/${text(context, "accessAssociationSource")}`;
    return { id: association, outputs: { arn: association } };
  },
  "aws:apigateway/integration:Integration": tie("agi"),
  "aws:apigateway/integrationResponse:IntegrationResponse": tie("agir"),
  "aws:apigateway/method:Method": tie("agm"),
  "aws:apigateway/methodResponse:MethodResponse": tie("agmr"),
  "aws:apigateway/methodSettings:MethodSettings": tie("agms"),
  "aws:apigateway/model:Model": tie("agmodel"),
  "aws:apigateway/requestValidator:RequestValidator": tie("agrv"),
  "aws:apigateway/resource:Resource": ({ name, inputs }) => ({
    id: hex(6, name),
    outputs: { path: `/${String(inputs.pathPart)}` },
  }),
  "aws:apigateway/response:Response": tie("aggr"),
  "aws:apigateway/restApi:RestApi": restApi,
  "aws:apigateway/restApiPolicy:RestApiPolicy": tie("agp"),
  "aws:apigateway/stage:Stage": stage,
  "aws:apigateway/usagePlan:UsagePlan": usagePlan,
  "aws:apigateway/usagePlanKey:UsagePlanKey": (context) => ({ id: text(context, "keyId") }),
  "aws:apigatewayv2/apiMapping:ApiMapping": tie("mapping"),
  "aws:cloudwatch/logGroup:LogGroup": named((name, at) => arn(at, "logs", `log-group:${name}`)),
  "aws:dynamodb/table:Table": named((name, at) => arn(at, "dynamodb", `table/${name}`)),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": ec2("eigw", "egress-only-internet-gateway"),
  "aws:ec2/eip:Eip": ec2("eipalloc", "elastic-ip", (id) => ({ allocationId: id, publicIp: "203.0.113.10" })),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log"),
  "aws:ec2/internetGateway:InternetGateway": ec2("igw", "internet-gateway"),
  "aws:ec2/natGateway:NatGateway": ec2("nat", "natgateway"),
  "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": (context) => ({
    id: text(context, "vpcPeeringConnectionId"),
  }),
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
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": tie("pcx"),
  "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": (context) => ({
    id: text(context, "vpcPeeringConnectionId"),
  }),
  "aws:iam/role:Role": named((name, { accountId }) => `arn:aws:iam::${accountId}:role/${name}`),
  "aws:iam/rolePolicy:RolePolicy": (context) => ({ id: `${text(context, "role")}:${physicalName(context)}` }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": tie("rpa"),
  "aws:lambda/alias:Alias": alias,
  "aws:lambda/function:Function": lambda,
  "aws:lambda/permission:Permission": tie("permission"),
  "aws:route53/record:Record": tie("record"),
  "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": tie("authorization"),
  "aws:route53/zone:Zone": hostedZone,
  "aws:route53/zoneAssociation:ZoneAssociation": tie("association"),
  "aws:ssm/parameter:Parameter": named((name, at) => arn(at, "ssm", `parameter${name}`)),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": tie("sgr"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": tie("sgr"),
  "pulumi:providers:aws": tie("provider"),
  "aws:wafv2/webAcl:WebAcl": webAcl,
  "aws:wafv2/webAclAssociation:WebAclAssociation": (context) => ({
    id: `${text(context, "webAclArn")},${text(context, "resourceArn")}`,
  }),
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
