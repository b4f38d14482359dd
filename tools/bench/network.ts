import type { SourceResource } from "@lambda-networking/preflight";

/**
 * A VPC of any size, in the form of a stack export: private subnets with a function each, an interface endpoint in
 * three of them, and security group rules. Most of the rules do not match any caller.
 */
export function networkOf(subnets: number, rules: number): SourceResource[] {
  const vpcId = "vpc-1";
  const endpointGroup = "sg-endpoint";
  const vpc = make("ec2/vpc:Vpc", "vpc", vpcId, {
    cidrBlock: "10.0.0.0/8",
    enableDnsSupport: true,
    enableDnsHostnames: true,
  });
  const zones = Array.from({ length: subnets }, (_, i) => zone(vpcId, i));
  const endpoint = [
    make("ec2/securityGroup:SecurityGroup", "endpoint", endpointGroup, { vpcId, ingress: [], egress: [] }),
    make("ec2/vpcEndpoint:VpcEndpoint", "ssm", "vpce-ssm", {
      vpcId,
      serviceName: "com.amazonaws.eu-west-1.ssm",
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["subnet-0", "subnet-1", "subnet-2"], // one in each zone, as AWS requires
      securityGroupIds: [endpointGroup],
    }),
  ];
  return [vpc, ...zones.flat(), ...endpoint, ...ruleResources(subnets, rules, endpointGroup)];
}

/** What every function's role may do. */
const READS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "ssm:GetParametersByPath", Resource: "*" }],
});

function zone(vpcId: string, i: number): SourceResource[] {
  return [
    make("ec2/subnet:Subnet", `subnet-${i}`, `subnet-${i}`, {
      vpcId,
      availabilityZone: `eu-west-1${"abc"[i % 3]}`,
      cidrBlock: `10.${Math.floor(i / 256)}.${i % 256}.0/24`,
    }),
    make("ec2/routeTable:RouteTable", `table-${i}`, `rtb-${i}`, { vpcId }),
    make("ec2/routeTableAssociation:RouteTableAssociation", `table-${i}`, `rtbassoc-${i}`, {
      subnetId: `subnet-${i}`,
      routeTableId: `rtb-${i}`,
    }),
    make("ec2/securityGroup:SecurityGroup", `group-${i}`, `sg-${i}`, { vpcId }),
    make("vpc/securityGroupEgressRule:SecurityGroupEgressRule", `out-${i}`, `out-${i}`, {
      securityGroupId: `sg-${i}`,
      referencedSecurityGroupId: "sg-endpoint",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    }),
    make("iam/role:Role", `role-${i}`, `role-${i}`, {
      arn: `arn:aws:iam::111122223333:role/role-${i}`,
      assumeRolePolicy: "{}",
    }),
    make("iam/rolePolicy:RolePolicy", `role-${i}`, `role-${i}:reads`, { role: `role-${i}`, policy: READS }),
    make("lambda/function:Function", `function-${i}`, `function-${i}`, {
      name: `function-${i}`,
      arn: `arn:aws:lambda:eu-west-1:111122223333:function:function-${i}`,
      role: `arn:aws:iam::111122223333:role/role-${i}`,
      vpcConfig: { vpcId, subnetIds: [`subnet-${i}`], securityGroupIds: [`sg-${i}`] },
    }),
  ];
}

/** Rules of a group. The rule that matches the caller is the last one, so the proof must read all of them. */
function ruleResources(subnets: number, rules: number, endpointGroup: string): SourceResource[] {
  return Array.from({ length: rules }, (_, i) => {
    const lets = i >= rules - subnets;
    return make("vpc/securityGroupIngressRule:SecurityGroupIngressRule", `in-${i}`, `in-${i}`, {
      securityGroupId: lets ? endpointGroup : `sg-${i % subnets}`,
      ...(lets
        ? { referencedSecurityGroupId: `sg-${i - (rules - subnets)}`, fromPort: 443, toPort: 443 }
        : { cidrIpv4: `192.168.${i % 256}.0/24`, fromPort: 1024, toPort: 1024 + (i % 1000) }),
      ipProtocol: "tcp",
    });
  });
}

function make(type: string, name: string, id: string, properties: Record<string, unknown>): SourceResource {
  const urn = `urn:pulumi:bench::bench::aws:${type}::${name}`;
  return { urn, type: `aws:${type}`, name, id, properties: { ...properties, id } };
}
