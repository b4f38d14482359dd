/**
 * NAT for private subnets: none, one zonal gateway, one gateway in each Availability Zone, one regional gateway, or an
 * EC2 instance that forwards (a NAT instance).
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html
 */
export const NAT_MODES = ["none", "single", "perAz", "regional", "instance"] as const;
export type NatMode = (typeof NAT_MODES)[number];

/**
 * Instance types that a NAT instance can have: arm64, burstable, Linux. The smallest is enough for a few megabits a second
 * that last.
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html
 */
export const NAT_INSTANCE_TYPES = ["t4g.nano", "t4g.micro", "t4g.small", "t4g.medium"] as const;
export type NatInstanceType = (typeof NAT_INSTANCE_TYPES)[number];

/** The bandwidth that each type sustains, in Mbit/s. Above it the instance uses up what it has saved. */
export const NAT_INSTANCE_BASELINE: Readonly<Record<NatInstanceType, number>> = {
  "t4g.nano": 32,
  "t4g.micro": 64,
  "t4g.small": 128,
  "t4g.medium": 256,
};
