import { familyOf } from "./addresses.js";
import type {
  Acl,
  Group,
  GroupRule,
  Host,
  Named,
  Network,
  Ports,
  PrefixList,
  Protocol,
  Route,
  Table,
  Vpc,
} from "./network.js";
import { ACCOUNT, OUTSIDE_FUNCTION, REGION } from "./world.js";

type Properties = Readonly<Record<string, unknown>>;

/** A resource as `pulumi stack export` writes it. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: true;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** The stack export of a network, with the ids and ARNs that AWS gives. */
export function exportOf(network: Network): unknown {
  const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
  return { version: 3, deployment: { manifest, resources: resourcesOf(network) } };
}

function resource(
  type: string,
  { name, id }: Named,
  inputs: Properties,
  outputs: Properties = {},
): ExportedResource {
  const urn = `urn:pulumi:random::kernel::${type}::${name}`;
  return { urn, type, custom: true, id, inputs, outputs: { ...inputs, id, ...outputs } };
}

function arn(service: string, rest: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
}

function resourcesOf(network: Network): ExportedResource[] {
  const { vpcs, lists, hosts, peerings, gatewayEndpoints, blockPublicAccess } = network;
  return [
    ...vpcs.flatMap((vpc) => vpcResources(vpc, network)),
    ...lists.filter(({ service }) => service === undefined).map(listResource),
    ...roleResources(),
    ...hosts.flatMap(hostResources),
    ...peerings.map((peering) => {
      const { requester, accepter, accepted } = peering;
      const [vpcId, peerVpcId] = [requester, accepter].map((name) => vpcNamed(vpcs, name).id);
      return resource(
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        peering,
        { vpcId, peerVpcId, ...(accepted && { autoAccept: true }) },
        { acceptStatus: accepted ? "active" : "pending-acceptance" },
      );
    }),
    ...gatewayEndpoints.map((endpoint) =>
      resource(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        endpoint,
        {
          vpcId: endpoint.vpc.id,
          vpcEndpointType: "Gateway",
          serviceName: `com.amazonaws.${REGION}.${endpoint.service.name}`,
          routeTableIds: endpoint.tables.map(({ id }) => id),
        },
        { prefixListId: endpoint.list.id, cidrBlocks: endpoint.service.blocks, state: "available" },
      ),
    ),
    ...(blockPublicAccess === undefined
      ? []
      : [
          resource(
            "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
            { name: "block-public-access", id: REGION },
            { internetGatewayBlockMode: blockPublicAccess.mode },
          ),
          ...blockPublicAccess.exclusions.map((exclusion) =>
            resource("aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion", exclusion, {
              ...(exclusion.subnet === undefined
                ? { vpcId: exclusion.vpc.id }
                : { subnetId: exclusion.subnet.id }),
              internetGatewayExclusionMode: exclusion.mode,
            }),
          ),
        ]),
  ];
}

function vpcNamed(vpcs: readonly Vpc[], name: string): Vpc {
  const found = vpcs.find((vpc) => vpc.name === name);
  if (found === undefined) throw new Error(`the network has no VPC ${name}`);
  return found;
}

function vpcResources(vpc: Vpc, network: Network): ExportedResource[] {
  const [primary, ...secondary] = vpc.blocks;
  const tables = vpc.tables.flatMap((table) => [
    resource("aws:ec2/routeTable:RouteTable", table, { vpcId: vpc.id }),
    ...table.routes.map((route, i) =>
      resource(
        "aws:ec2/route:Route",
        { name: `${table.name}-route${i}`, id: `r-${table.id}${1080289494 + i}` },
        { routeTableId: table.id, ...destinationOf(route), ...targetOf(route, vpc, network) },
        { state: route.blackhole ? "blackhole" : "active", origin: "CreateRoute" },
      ),
    ),
  ]);
  const { mainTable, internetGateway, egressOnlyGateway } = vpc;
  return [
    resource(
      "aws:ec2/vpc:Vpc",
      vpc,
      {
        cidrBlock: primary,
        enableDnsSupport: vpc.dns,
        enableDnsHostnames: vpc.dns,
        ...(vpc.ipv6 !== undefined && { assignGeneratedIpv6CidrBlock: true }),
      },
      {
        arn: arn("ec2", `vpc/${vpc.id}`),
        ...(vpc.ipv6 !== undefined && { ipv6CidrBlock: vpc.ipv6 }),
        mainRouteTableId: mainTable.id,
        defaultRouteTableId: mainTable.id,
        defaultNetworkAclId: vpc.defaultAcl.id,
        defaultSecurityGroupId: vpc.defaultGroup.id,
      },
    ),
    ...secondary.map((cidrBlock, i) =>
      resource(
        "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        { name: `${vpc.name}-block${i}`, id: `vpc-cidr-assoc-${vpc.id.slice(4)}` },
        { vpcId: vpc.id, cidrBlock },
      ),
    ),
    ...(internetGateway === undefined
      ? []
      : [
          resource(
            "aws:ec2/internetGateway:InternetGateway",
            internetGateway,
            internetGateway.attached ? { vpcId: vpc.id } : {},
          ),
        ]),
    ...(egressOnlyGateway === undefined
      ? []
      : [
          resource("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", egressOnlyGateway, {
            vpcId: vpc.id,
          }),
        ]),
    ...tables,
    ...(mainTable.routes.length === 0 ? [] : [mainTableResource(mainTable, vpc, network)]),
    ...vpc.subnets.flatMap((subnet) => [
      resource(
        "aws:ec2/subnet:Subnet",
        subnet,
        {
          vpcId: vpc.id,
          cidrBlock: subnet.block,
          ...(subnet.ipv6 !== undefined && { ipv6CidrBlock: subnet.ipv6 }),
          availabilityZone: subnet.zone,
          mapPublicIpOnLaunch: subnet.givesPublicAddress,
          assignIpv6AddressOnCreation: subnet.givesIpv6 && subnet.ipv6 !== undefined,
        },
        { arn: arn("ec2", `subnet/${subnet.id}`) },
      ),
      ...(subnet.table === undefined
        ? []
        : [
            resource(
              "aws:ec2/routeTableAssociation:RouteTableAssociation",
              { name: `${subnet.name}-association`, id: `rtbassoc-${subnet.id.slice(7)}` },
              { subnetId: subnet.id, routeTableId: subnet.table.id },
            ),
          ]),
    ]),
    ...vpc.acls.map((acl) => aclResource(acl, vpc)),
    ...vpc.groups.flatMap((group) => groupResources(group, vpc)),
  ];
}

function destinationOf({ to }: Route): Properties {
  if ("list" in to) return { destinationPrefixListId: to.list.id };
  return familyOf(to.block) === 4
    ? { destinationCidrBlock: to.block }
    : { destinationIpv6CidrBlock: to.block };
}

function targetOf({ target }: Route, vpc: Vpc, { hosts, peerings }: Network): Properties {
  const { internetGateway, egressOnlyGateway } = vpc;
  const host = hosts.find(({ name }) => name === target.name);
  switch (target.kind) {
    case "internet-gateway":
      return { gatewayId: internetGateway?.id };
    case "egress-only-gateway":
      return { egressOnlyGatewayId: egressOnlyGateway?.id };
    case "peering":
      return { vpcPeeringConnectionId: peerings.find(({ name }) => name === target.name)?.id };
    case "nat-gateway":
      return { natGatewayId: host?.id };
    case "instance":
      return { networkInterfaceId: host?.interfaces[0]?.id };
  }
}

/** The main table, taken over with the routes written in it. */
function mainTableResource(table: Table, vpc: Vpc, network: Network): ExportedResource {
  const routes = table.routes.map((route) => {
    const { destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId } = destinationOf(route);
    return {
      ...(destinationCidrBlock !== undefined && { cidrBlock: destinationCidrBlock }),
      ...(destinationIpv6CidrBlock !== undefined && { ipv6CidrBlock: destinationIpv6CidrBlock }),
      ...(destinationPrefixListId !== undefined && { destinationPrefixListId }),
      ...targetOf(route, vpc, network),
      ...(route.blackhole && { state: "blackhole" }),
    };
  });
  return resource(
    "aws:ec2/defaultRouteTable:DefaultRouteTable",
    table,
    { defaultRouteTableId: table.id, routes },
    { vpcId: vpc.id },
  );
}

function aclResource(acl: Acl, vpc: Vpc): ExportedResource {
  const rules = (direction: "ingress" | "egress") =>
    acl.rules
      .filter((rule) => rule.direction === direction)
      .map(({ number, allow, protocol, ports, block }) => ({
        ruleNo: number,
        action: allow ? "allow" : "deny",
        protocol: protocolOf(protocol),
        fromPort: protocol === "all" ? 0 : ports.from,
        toPort: protocol === "all" ? 0 : ports.to,
        ...(familyOf(block) === 4 ? { cidrBlock: block } : { ipv6CidrBlock: block }),
      }));
  return resource("aws:ec2/networkAcl:NetworkAcl", acl, {
    vpcId: vpc.id,
    subnetIds: vpc.subnets.filter((subnet) => subnet.acl?.id === acl.id).map(({ id }) => id),
    ingress: rules("ingress"),
    egress: rules("egress"),
  });
}

function protocolOf(protocol: Protocol): string {
  return protocol === "all" ? "-1" : protocol;
}

function portsOf(protocol: Protocol, { from, to }: Ports): Properties {
  return protocol === "all" ? { fromPort: 0, toPort: 0 } : { fromPort: from, toPort: to };
}

function groupResources(group: Group, vpc: Vpc): ExportedResource[] {
  const inline = (direction: "ingress" | "egress") =>
    group.rules
      .filter((rule) => rule.direction === direction)
      .map(({ protocol, ports, peer }) => ({
        protocol: protocolOf(protocol),
        ...portsOf(protocol, ports),
        ...olderPeer(peer, "securityGroups"),
      }));
  const isInline = group.form === "inline";
  const own = resource(
    "aws:ec2/securityGroup:SecurityGroup",
    group,
    {
      vpcId: vpc.id,
      name: group.name,
      ...(isInline && { ingress: inline("ingress"), egress: inline("egress") }),
    },
    { arn: arn("ec2", `security-group/${group.id}`) },
  );
  if (isInline) return [own];
  return [
    own,
    ...group.rules.map((rule, i) => {
      const named = { name: `${group.name}-rule${i}`, id: `sgr-${group.id.slice(3, -2)}${10 + i}` };
      return group.form === "older" ? olderRule(named, group, rule) : newerRule(named, group, rule);
    }),
  ];
}

function olderPeer(peer: GroupRule["peer"], groups: "securityGroups" | "sourceSecurityGroupId"): Properties {
  if ("group" in peer) return { [groups]: groups === "securityGroups" ? [peer.group.id] : peer.group.id };
  if ("list" in peer) return { prefixListIds: [peer.list.id] };
  return familyOf(peer.block) === 4 ? { cidrBlocks: [peer.block] } : { ipv6CidrBlocks: [peer.block] };
}

function olderRule(named: Named, group: Group, { direction, protocol, ports, peer }: GroupRule) {
  return resource("aws:ec2/securityGroupRule:SecurityGroupRule", named, {
    securityGroupId: group.id,
    type: direction,
    protocol: protocolOf(protocol),
    ...portsOf(protocol, ports),
    ...olderPeer(peer, "sourceSecurityGroupId"),
  });
}

function newerRule(named: Named, group: Group, { direction, protocol, ports, peer }: GroupRule) {
  const type =
    direction === "ingress"
      ? "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
      : "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
  return resource(type, named, {
    securityGroupId: group.id,
    ipProtocol: protocolOf(protocol),
    ...(protocol !== "all" && { fromPort: ports.from, toPort: ports.to }),
    ...newerPeer(peer),
  });
}

function newerPeer(peer: GroupRule["peer"]): Properties {
  if ("group" in peer) return { referencedSecurityGroupId: peer.group.id };
  if ("list" in peer) return { prefixListId: peer.list.id };
  return familyOf(peer.block) === 4 ? { cidrIpv4: peer.block } : { cidrIpv6: peer.block };
}

function listResource(list: PrefixList): ExportedResource {
  return resource(
    "aws:ec2/managedPrefixList:ManagedPrefixList",
    list,
    {
      name: list.name,
      addressFamily: "IPv4",
      maxEntries: 10,
      entries: list.blocks.map((cidr) => ({ cidr })),
    },
    { arn: arn("ec2", `prefix-list/${list.id}`), ownerId: ACCOUNT },
  );
}

const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/any-role`;

/** One role for every function, which allows all, because the questions are about packets, and a function of no VPC. */
function roleResources(): ExportedResource[] {
  const document = (statement: Properties) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  return [
    resource(
      "aws:iam/role:Role",
      { name: "role", id: "any-role" },
      {
        name: "any-role",
        assumeRolePolicy: document({
          Action: "sts:AssumeRole",
          Principal: { Service: "lambda.amazonaws.com" },
        }),
      },
      { arn: ROLE_ARN },
    ),
    resource(
      "aws:iam/rolePolicy:RolePolicy",
      { name: "role-policy", id: "any-role:any-policy" },
      { role: "any-role", policy: document({ Action: "*", Resource: "*" }) },
    ),
    resource(
      "aws:lambda/function:Function",
      { name: OUTSIDE_FUNCTION, id: OUTSIDE_FUNCTION },
      { name: OUTSIDE_FUNCTION, role: ROLE_ARN },
      { arn: arn("lambda", `function:${OUTSIDE_FUNCTION}`) },
    ),
  ];
}

function hostResources(host: Host): ExportedResource[] {
  const { interfaces, name, id } = host;
  const [first] = interfaces;
  if (first === undefined) return [];
  const subnetIds = interfaces.map(({ subnet }) => subnet.id);
  const groupIds = host.groups.map((group) => group.id);
  switch (host.kind) {
    case "any":
      return [];
    case "instance":
      return [
        resource(
          "aws:ec2/instance:Instance",
          host,
          {
            ami: "ami-0123456789abcdef0",
            instanceType: "t4g.micro",
            subnetId: first.subnet.id,
            vpcSecurityGroupIds: groupIds,
            sourceDestCheck: !host.forwards,
            ...(first.publicAddress !== undefined && { associatePublicIpAddress: true }),
            ...(first.ipv6 !== undefined && { ipv6Addresses: [first.ipv6] }),
          },
          {
            arn: arn("ec2", `instance/${id}`),
            privateIp: first.address,
            publicIp: first.publicAddress ?? "",
            associatePublicIpAddress: first.publicAddress !== undefined,
            ipv6Addresses: first.ipv6 === undefined ? [] : [first.ipv6],
            primaryNetworkInterfaceId: first.id,
          },
        ),
      ];
    case "function":
      return [
        resource(
          "aws:lambda/function:Function",
          { name, id: name },
          {
            name,
            role: ROLE_ARN,
            vpcConfig: {
              subnetIds,
              securityGroupIds: groupIds,
              ipv6AllowedForDualStack: interfaces.some(({ ipv6 }) => ipv6 !== undefined),
            },
          },
          { arn: arn("lambda", `function:${name}`) },
        ),
      ];
    case "database":
      return [
        resource(
          "aws:rds/subnetGroup:SubnetGroup",
          { name: `${name}-subnets`, id: `${name}-subnets` },
          {
            name: `${name}-subnets`,
            subnetIds,
          },
        ),
        resource(
          "aws:rds/instance:Instance",
          host,
          {
            engine: "postgres",
            port: 5432,
            instanceClass: "db.t4g.micro",
            dbSubnetGroupName: `${name}-subnets`,
            vpcSecurityGroupIds: groupIds,
            publiclyAccessible: false,
          },
          { arn: arn("rds", `db:${name}`) },
        ),
      ];
    case "interface-endpoint":
      return [
        resource(
          "aws:ec2/vpcEndpoint:VpcEndpoint",
          host,
          {
            vpcId: first.vpc.id,
            vpcEndpointType: "Interface",
            serviceName: `com.amazonaws.${REGION}.${host.service?.name}`,
            privateDnsEnabled: host.privateDns,
            subnetIds,
            securityGroupIds: groupIds,
          },
          { state: "available", networkInterfaceIds: interfaces.map((each) => each.id) },
        ),
      ];
    case "load-balancer":
      return balancerResources(host);
    case "nat-gateway": {
      const { publicAddress, address, subnet } = first;
      const eip = { name: `${name}-eip`, id: `eipalloc-${id.slice(4)}` };
      const isPublic = publicAddress !== undefined;
      return [
        ...(isPublic
          ? [
              resource(
                "aws:ec2/eip:Eip",
                eip,
                { domain: "vpc" },
                { publicIp: publicAddress, allocationId: eip.id },
              ),
            ]
          : []),
        resource(
          "aws:ec2/natGateway:NatGateway",
          host,
          {
            subnetId: subnet.id,
            connectivityType: isPublic ? "public" : "private",
            ...(isPublic && { allocationId: eip.id }),
          },
          { privateIp: address, publicIp: publicAddress ?? "", networkInterfaceId: first.id },
        ),
      ];
    }
  }
}

function balancerResources(host: Host): ExportedResource[] {
  const { balancer, interfaces, name, id } = host;
  const [first] = interfaces;
  if (balancer === undefined || first === undefined) return [];
  const { type, internal, crossZone, listeners } = balancer;
  const kind = type === "network" ? "net" : "app";
  const hash = id.slice(-16);
  const balancerArn = arn("elasticloadbalancing", `loadbalancer/${kind}/${name}/${hash}`);
  const protocol = type === "network" ? "TCP" : "HTTP";
  const own = resource(
    "aws:lb/loadBalancer:LoadBalancer",
    { name, id: balancerArn },
    {
      name,
      loadBalancerType: type,
      internal,
      subnets: interfaces.map(({ subnet }) => subnet.id),
      ...(host.groups.length > 0 && { securityGroups: host.groups.map((group) => group.id) }),
      ...(type === "network" && { enableCrossZoneLoadBalancing: crossZone }),
    },
    { arn: balancerArn, vpcId: first.vpc.id, dnsName: `${name}-${hash}.elb.${REGION}.amazonaws.com` },
  );
  return [
    own,
    ...listeners.flatMap(({ port, targetPort, target, targetType, preserves }) => {
      const label = `${name}-${port}`;
      const targetGroupArn = arn("elasticloadbalancing", `targetgroup/${label}/${hash}`);
      const listenerArn = arn("elasticloadbalancing", `listener/${kind}/${name}/${hash}/${hash}${port}`);
      return [
        resource(
          "aws:lb/targetGroup:TargetGroup",
          { name: `${label}-targets`, id: targetGroupArn },
          {
            name: label,
            targetType,
            port: targetPort,
            protocol,
            vpcId: first.vpc.id,
            ...(preserves !== undefined && { preserveClientIp: String(preserves) }),
          },
          { arn: targetGroupArn },
        ),
        resource(
          "aws:lb/targetGroupAttachment:TargetGroupAttachment",
          { name: `${label}-target`, id: `${targetGroupArn}-${port}` },
          { targetGroupArn, targetId: targetType === "instance" ? target.id : target.interfaces[0]?.address },
        ),
        resource(
          "aws:lb/listener:Listener",
          { name: `${label}-listener`, id: listenerArn },
          {
            loadBalancerArn: balancerArn,
            port,
            protocol,
            defaultActions: [{ type: "forward", targetGroupArn, order: 1 }],
          },
          { arn: listenerArn },
        ),
      ];
    }),
  ];
}
