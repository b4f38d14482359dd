// Reads the deployed resources from AWS's APIs. An emulator accepts unsigned calls, so these are plain requests.
import { REGION } from "./project.js";

export function send(service: string, path: string, init: RequestInit = {}): Promise<Response> {
  const scope = `Credential=test/20260101/${REGION}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`;
  return fetch(`${process.env.AWS_ENDPOINT_URL}${path}`, {
    ...init,
    headers: { authorization, ...init.headers },
    signal: AbortSignal.timeout(60_000),
  });
}

export async function text(service: string, response: Response): Promise<string> {
  const body = await response.text();
  if (!response.ok) throw new Error(`${service} answered ${response.status}: ${body}`);
  return body;
}

/** Calls a service with a JSON REST API. */
export async function rest(service: string, path: string) {
  return JSON.parse(await text(service, await send(service, path)));
}

/** Calls a service whose header names the operation: `AmazonSSM.DescribeParameters`. */
export async function call(service: string, target: string, input: object) {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const init = { method: "POST", headers, body: JSON.stringify(input) };
  return JSON.parse(await text(service, await send(service, "/", init)));
}

/** Calls EC2, which answers XML. */
export async function ec2(action: string, input: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: "2016-11-15", ...input });
  return text("ec2", await send("ec2", "/", { method: "POST", body }));
}

/** Adds a rule to a security group that lets everything out, or removes it, as an operator does by hand. */
export function egressByHand(does: "Authorize" | "Revoke", groupId: string): Promise<string> {
  return ec2(`${does}SecurityGroupEgress`, {
    GroupId: groupId,
    "IpPermissions.1.IpProtocol": "-1",
    "IpPermissions.1.IpRanges.1.CidrIp": "0.0.0.0/0",
  });
}

/** Calls RDS, which answers XML. */
export async function rds(action: string, input: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: "2014-10-31", ...input });
  return text("rds", await send("rds", "/", { method: "POST", body }));
}

export function first(xml: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(xml)?.[1];
}

export function unescapeXml(xml: string): string {
  return xml
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls a stage as a client does, without credentials. */
export function callStage(apiId: string, path: string, init: RequestInit = {}): Promise<Response> {
  const url = `${process.env.AWS_ENDPOINT_URL}/_aws/execute-api/${apiId}/v1${path}`;
  return fetch(url, { ...init, signal: AbortSignal.timeout(60_000) });
}

/** Returns the value that API Gateway generated for a key. */
export async function apiKeyValue(id: string): Promise<string> {
  const { value } = await rest("apigateway", `/apikeys/${id}?includeValue=true`);
  return value;
}

/** Reads a stage's settings from API Gateway. */
export function stageSettings(apiId: string) {
  return rest("apigateway", `/restapis/${apiId}/stages/v1`);
}

/** Calls GET /messages as a client does. */
export async function getMessages(apiId: string, stage = "v1"): Promise<Answer> {
  const response = await send("execute-api", `/_aws/execute-api/${apiId}/${stage}/messages`);
  return { status: response.status, body: await response.json() };
}

/** Invokes the function's alias, or a version, with an empty event. */
export async function invoke(
  functionName: string,
  qualifier = "live",
): Promise<{ readonly failed: boolean; readonly body: unknown }> {
  const path = `/2015-03-31/functions/${functionName}/invocations?Qualifier=${qualifier}`;
  const response = await send("lambda", path, { method: "POST", body: "{}" });
  return { failed: response.headers.has("x-amz-function-error"), body: await response.json() };
}

export interface FunctionConfiguration {
  readonly VpcConfig?: {
    readonly VpcId?: string;
    readonly SubnetIds: string[];
    readonly SecurityGroupIds: string[];
  };
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

export function functionConfiguration(name: string): Promise<FunctionConfiguration> {
  return rest("lambda", `/2015-03-31/functions/${name}/configuration`);
}

/** Returns the versions of a function that exist. */
export async function publishedVersions(name: string): Promise<string[]> {
  const { Versions } = await rest("lambda", `/2015-03-31/functions/${name}/versions`);
  return Versions.map(({ Version }: { Version: string }) => Version).filter(
    (one: string) => one !== "$LATEST",
  );
}

/** Returns the paths that a function's role may read, of all its inline policies. */
export async function grantedPaths(functionName: string): Promise<string[]> {
  const { Role } = await rest("lambda", `/2015-03-31/functions/${functionName}/configuration`);
  const RoleName = String(Role).split("/").at(-1) ?? "";
  const names = [...(await iam("ListRolePolicies", { RoleName })).matchAll(/<member>(.*?)<\/member>/g)];
  const policies = await Promise.all(
    names.map(([, PolicyName = ""]) => iam("GetRolePolicy", { RoleName, PolicyName })),
  );
  return policies
    .flatMap((xml) => [...decodeURIComponent(xml).matchAll(/:parameter(\/[^"&<]*)/g)])
    .map(([, path = ""]) => path)
    .sort();
}

/** Calls IAM, which answers XML. */
async function iam(action: string, input: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: "2010-05-08", ...input });
  return text("iam", await send("iam", "/", { method: "POST", body }));
}

export async function functionNames(): Promise<string[]> {
  const { Functions } = await rest("lambda", "/2015-03-31/functions");
  return Functions.map(({ FunctionName }: { FunctionName: string }) => FunctionName);
}

export async function deleteFunction(name: string): Promise<void> {
  await text("lambda", await send("lambda", `/2015-03-31/functions/${name}`, { method: "DELETE" }));
}

export interface RestApi {
  readonly id: string;
  readonly endpointConfiguration: { readonly types: string[]; readonly vpcEndpointIds?: string[] };
  /** A policy document as JSON. */
  readonly policy: string;
}

export async function restApi(id: string): Promise<RestApi> {
  const api = await rest("apigateway", `/restapis/${id}`);
  return { ...api, policy: String(api.policy).replaceAll('\\"', '"') }; // The service escapes quotes in the policy.
}

export async function restApiIds(): Promise<string[]> {
  const { item = [] } = await rest("apigateway", "/restapis");
  return item.map(({ id }: RestApi) => id);
}

/** Returns each parameter's type under a path, by its full name. */
export async function parameterTypes(path: string): Promise<Record<string, string>> {
  const types: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const ParameterFilters = [{ Key: "Path", Option: "Recursive", Values: [path] }];
    const page = await call("ssm", "AmazonSSM.DescribeParameters", { ParameterFilters, NextToken });
    for (const { Name, Type } of page.Parameters) types[Name] = Type;
    NextToken = page.NextToken;
  } while (NextToken);
  return types;
}

/** Writes a parameter by hand, as an operator would. */
export async function putParameter(Name: string, Value: string): Promise<void> {
  await call("ssm", "AmazonSSM.PutParameter", { Name, Value, Overwrite: true });
}

export async function parameterValue(Name: string): Promise<string> {
  return (await call("ssm", "AmazonSSM.GetParameter", { Name })).Parameter.Value;
}

export async function deleteParameter(Name: string): Promise<void> {
  await call("ssm", "AmazonSSM.DeleteParameter", { Name });
}

export async function tableNames(): Promise<string[]> {
  return (await call("dynamodb", "DynamoDB_20120810.ListTables", {})).TableNames;
}

/** Returns the logs of all groups whose name contains a text. */
export async function logged(part: string): Promise<string> {
  const { logGroups } = await call("logs", "Logs_20140328.DescribeLogGroups", {});
  const names: string[] = logGroups.map(({ logGroupName }: { logGroupName: string }) => logGroupName);
  const pages = names
    .filter((name) => name.includes(part))
    .map((logGroupName) => call("logs", "Logs_20140328.FilterLogEvents", { logGroupName }));
  const events = (await Promise.all(pages)).flatMap((page) => page.events);
  return events.map(({ message }: { message: string }) => message).join("\n");
}

/** Returns a security group's rules: `egress tcp 443 to sg-…`. */
export async function rulesOf(securityGroupId: string): Promise<string[]> {
  const filter = { "Filter.1.Name": "group-id", "Filter.1.Value.1": securityGroupId };
  const xml = await ec2("DescribeSecurityGroupRules", filter);
  const rules = xml.split("<securityGroupRuleId>").slice(1);
  return rules.map((rule) => {
    const peer =
      first(rule, "cidrIpv4") ??
      first(rule, "cidrIpv6") ??
      first(rule, "prefixListId") ??
      first(first(rule, "referencedGroupInfo") ?? "", "groupId");
    const direction = first(rule, "isEgress") === "true" ? "egress" : "ingress";
    return `${direction} ${first(rule, "ipProtocol")} ${first(rule, "fromPort")} ${peer}`;
  });
}

export async function defaultSecurityGroup(vpcId: string): Promise<string> {
  const xml = await ec2("DescribeSecurityGroups", {
    "Filter.1.Name": "vpc-id",
    "Filter.1.Value.1": vpcId,
    "Filter.2.Name": "group-name",
    "Filter.2.Value.1": "default",
  });
  return first(xml, "groupId") ?? "";
}

export interface VpcEndpoint {
  readonly id: string;
  /** The service's short name. */
  readonly service: string;
  readonly type: string;
  readonly securityGroupId: string | undefined;
  readonly prefixListId: string | undefined;
  readonly policy: { readonly Statement: readonly Record<string, unknown>[] };
}

export async function vpcEndpoints(vpcId: string): Promise<VpcEndpoint[]> {
  const xml = await ec2("DescribeVpcEndpoints", { "Filter.1.Name": "vpc-id", "Filter.1.Value.1": vpcId });
  const lists = await ec2("DescribePrefixLists", {});
  return xml
    .split("<vpcEndpointId>")
    .slice(1)
    .filter((part) => !/^delet/i.test(first(part, "state") ?? ""))
    .map((part) => {
      const serviceName = first(part, "serviceName") ?? "";
      const list = lists.split("<item>").find((item) => first(item, "prefixListName") === serviceName);
      return {
        id: part.slice(0, part.indexOf("<")),
        service: serviceName.split(".").at(-1) ?? "",
        type: first(part, "vpcEndpointType") ?? "",
        securityGroupId: first(first(part, "groupSet") ?? "", "groupId"),
        prefixListId: list && first(list, "prefixListId"),
        policy: JSON.parse(unescapeXml(first(part, "policyDocument") ?? "{}")),
      };
    });
}

export async function deleteVpcEndpoint(id: string): Promise<void> {
  await ec2("DeleteVpcEndpoints", { "VpcEndpointId.1": id });
}

/** Returns the VPCs without the account's default one. */
export async function vpcIds(): Promise<string[]> {
  const xml = await ec2("DescribeVpcs", { "Filter.1.Name": "is-default", "Filter.1.Value.1": "false" });
  return [...xml.matchAll(/<vpcId>(.*?)<\/vpcId>/g)].map(([, id = ""]) => id);
}

/** Returns a VPC's subnets. */
export async function subnetIds(vpcId: string): Promise<string[]> {
  const xml = await ec2("DescribeSubnets", { "Filter.1.Name": "vpc-id", "Filter.1.Value.1": vpcId });
  return [...xml.matchAll(/<subnetId>(.*?)<\/subnetId>/g)].map(([, id = ""]) => id);
}

/** Creates a certificate for a domain name. */
export async function makeCertificate(DomainName: string): Promise<string> {
  const { CertificateArn } = await call("acm", "CertificateManager.RequestCertificate", { DomainName });
  return CertificateArn;
}

/** Creates a consumer's VPC with a route table, for a peer. */
export async function makeConsumerVpc(
  CidrBlock: string,
): Promise<{ readonly vpcId: string; readonly routeTableId: string }> {
  const vpcId = first(await ec2("CreateVpc", { CidrBlock }), "vpcId") ?? "";
  await ec2("ModifyVpcAttribute", { VpcId: vpcId, "EnableDnsHostnames.Value": "true" });
  const routeTableId = first(await ec2("CreateRouteTable", { VpcId: vpcId }), "routeTableId") ?? "";
  return { vpcId, routeTableId };
}

export async function removeConsumerVpc({
  vpcId,
  routeTableId,
}: Awaited<ReturnType<typeof makeConsumerVpc>>): Promise<void> {
  await ec2("DeleteRouteTable", { RouteTableId: routeTableId });
  await ec2("DeleteVpc", { VpcId: vpcId });
}

/** Returns a table's routes through peering connections: `10.20.0.0/16 pcx-…`. */
export async function peeringRoutes(routeTableId: string): Promise<string[]> {
  const xml = await ec2("DescribeRouteTables", { "RouteTableId.1": routeTableId });
  return (first(xml, "routeSet") ?? "").split("<item>").flatMap((route) => {
    const connection = first(route, "vpcPeeringConnectionId");
    return connection === undefined ? [] : `${first(route, "destinationCidrBlock")} ${connection}`;
  });
}

/** Returns whether a peering connection is accepted, and its VPCs. */
export async function peering(
  id: string,
): Promise<{ readonly status: string; readonly requester: string; readonly accepter: string }> {
  const xml = await ec2("DescribeVpcPeeringConnections", { "VpcPeeringConnectionId.1": id });
  const vpcOf = (side: string) => first(first(xml, `${side}VpcInfo`) ?? "", "vpcId") ?? "";
  const status = first(first(xml, "status") ?? "", "code") ?? "";
  return { status, requester: vpcOf("requester"), accepter: vpcOf("accepter") };
}

/** Returns the VPCs of each private hosted zone, by the zone's name. */
export async function privateZones(): Promise<Record<string, string[]>> {
  const list = await text("route53", await send("route53", "/2013-04-01/hostedzone"));
  const zones: Record<string, string[]> = {};
  for (const [, id = ""] of list.matchAll(/<Id>\/hostedzone\/(.*?)<\/Id>/g)) {
    const xml = await text("route53", await send("route53", `/2013-04-01/hostedzone/${id}`));
    if (!xml.includes("<PrivateZone>true<")) continue;
    const name = (first(xml, "Name") ?? "").replace(/\.$/, "");
    zones[name] = [...xml.matchAll(/<VPCId>(.*?)<\/VPCId>/g)].map(([, vpc = ""]) => vpc);
  }
  return zones;
}

export interface DomainName {
  readonly certificateArn?: string;
  readonly regionalCertificateArn?: string;
  readonly endpointConfiguration: { readonly types: string[] };
  readonly securityPolicy: string;
}

export function domainName(name: string): Promise<DomainName> {
  return rest("apigateway", `/domainnames/${name}`);
}

/** Returns the base paths of a domain name, in order. */
export async function basePaths(name: string): Promise<string[]> {
  const { item = [] } = await rest("apigateway", `/domainnames/${name}/basepathmappings`);
  return item.map(({ basePath }: { basePath: string }) => basePath).sort();
}

/** Returns the private addresses of an interface endpoint. */
export async function endpointAddresses(endpointId: string): Promise<string[]> {
  const xml = await ec2("DescribeVpcEndpoints", { "VpcEndpointId.1": endpointId });
  const ids = first(xml, "networkInterfaceIdSet") ?? "";
  const interfaces = [...ids.matchAll(/eni-[0-9a-f]+/g)].map(([id]) => id);
  const addresses = await Promise.all(
    interfaces.map(async (id) =>
      first(await ec2("DescribeNetworkInterfaces", { "NetworkInterfaceId.1": id }), "privateIpAddress"),
    ),
  );
  return addresses.flatMap((address) => address ?? []).sort();
}
