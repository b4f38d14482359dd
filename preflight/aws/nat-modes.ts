/**
 * NAT for private subnets: none, one zonal gateway, one gateway in each Availability Zone, or one regional gateway.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export const NAT_MODES = ["none", "single", "perAz", "regional"] as const;
export type NatMode = (typeof NAT_MODES)[number];
