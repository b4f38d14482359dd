/**
 * The ways to give private subnets NAT: not at all, by one zonal gateway, by one in each Availability Zone, or by one
 * regional gateway.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export const NAT_MODES = ["none", "single", "perAz", "regional"] as const;
export type NatMode = (typeof NAT_MODES)[number];
