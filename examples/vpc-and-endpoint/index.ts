/** A VPC of two zones without NAT, whose private subnets reach Parameter Store through an endpoint. */
import { chooseZones, InterfaceEndpoint, Vpc } from "../../components/index.js";

const vpc = new Vpc("vpc", {
  cidrBlock: "10.30.0.0/16",
  azSlots: 8,
  availabilityZones: await chooseZones(2, 8),
  nat: "none",
  ipv6: false,
});

const ssm = new InterfaceEndpoint("ssm", {
  service: "ssm",
  vpcId: vpc.vpcId,
  subnets: vpc.privateSubnets,
  allowFrom: vpc.privateSubnets.map(({ suffix, cidrBlock }) => ({ name: `private-${suffix}`, cidrBlock })),
});

export const vpcId = vpc.vpcId;
export const privateSubnetIds = vpc.privateSubnets.map(({ subnet }) => subnet.id);
export const ssmEndpointId = ssm.endpointId;
