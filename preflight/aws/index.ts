/** Facts of AWS that the components, the configuration and the proofs share, each in one place. */
export { type CapacityRange, maxConnections } from "./aurora-connections.js";
export {
  type Cidr,
  contains,
  formatBlock,
  formatCidr,
  ipv4Block,
  isPrivate,
  overlaps,
  parseCidr,
  parseIpv4Block,
  part,
} from "./cidr.js";
export { ENDPOINT_TYPES, type EndpointType } from "./endpoint-types.js";
export { AWS_LIMITS, type AwsLimit, isRefused, type LimitName } from "./limits.js";
export {
  NAT_INSTANCE_BASELINE,
  NAT_INSTANCE_TYPES,
  NAT_MODES,
  type NatInstanceType,
  type NatMode,
} from "./nat-modes.js";
export { NETWORK_INTERFACE_ACTIONS } from "./network-interface-actions.js";
export { partitionOf } from "./partitions.js";
export { ACCOUNT_THROTTLE, INTEGRATION_TIMEOUT } from "./quotas.js";
export {
  isPossibleZone,
  looksLikeRegion,
  noSuchRegion,
  REGIONS,
  regionFix,
  regionOfZone,
  zonesOf,
} from "./regions.js";
export {
  DOCKER_BLOCK,
  isReservedUser,
  RESERVED_BLOCKS,
  RESERVED_DATABASES,
  SHARED_BLOCK,
} from "./reserved.js";
export { secondaryBlockFault } from "./secondary-blocks.js";
export { noSuchServiceAs, serviceNamed } from "./services.js";
