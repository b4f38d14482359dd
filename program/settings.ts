import type { Setting } from "@lambda-networking/preflight/intents";

// The changes of the configuration that remove a block, so that a fix of the preflight names the key to write.

const CLOSED = ["ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES"] as const;

/**
 * Changes that give the VPC's functions and subnets a way to a service or to the internet.
 * @param ownTier whether functions have subnets of their own
 */
export function networkSettings(ownTier: boolean): Setting[] {
  const closed = [
    { resource: "vpc-private-*", codes: ["NO_ROUTE_TO_DESTINATION"] },
    ...(ownTier ? [{ resource: "vpc-functions-*", codes: ["NO_ROUTE_TO_DESTINATION"] as const }] : []),
    { resource: "*-function", codes: CLOSED },
  ] as const;
  const excluded: Setting = {
    resource: "vpc-block-public-access",
    codes: ["VPC_BLOCK_PUBLIC_ACCESS_ENABLED"],
    change: "vpc.blockPublicAccess.exclusion: allow-egress",
  };
  const ways = closed.flatMap((at): Setting[] => [
    { ...at, service: "ssm", change: "endpoints.ssm: {}" },
    { ...at, service: "dynamodb", change: "endpoints.dynamodb: true" },
    { ...at, service: "s3", change: "endpoints.s3: true" },
    { ...at, service: "*", change: "endpoints.others.SERVICE: {}" },
    ...(at.resource.startsWith("vpc-") ? [{ ...at, change: "vpc.nat: single" }] : []),
  ]);
  const acls: Setting = {
    resource: "vpc-*",
    codes: ["SUBNET_ACL_RESTRICTION"],
    change: "vpc.networkAcls: false",
  };
  const unused = ["vpc.nat: none", "function.internetAccess: true, which uses it"];
  return [
    ...ways,
    excluded,
    acls,
    ...unused.map((change) => ({ resource: "vpc-nat*", codes: ["UNUSED"], change })),
  ];
}

/**
 * Changes of one interface endpoint.
 * @param key the endpoint's key in the configuration, such as `endpoints.ssm`
 */
export function endpointSettings(name: string, key: string): Setting[] {
  const resource = `${name}-endpoint`;
  return [
    { resource, codes: CLOSED, change: `${key}.allowFrom: [privateSubnets]` },
    {
      resource,
      codes: ["VPCE_PRIVATE_DNS_DISABLED", "API_NAME_NOT_RESOLVED"],
      change: `${key}.privateDns: true`,
    },
    { resource, codes: ["API_PRIVATE_DNS_SHADOWS_PUBLIC_API"], change: `${key}.privateDns: false` },
    { resource, codes: ["UNUSED"], change: key === "endpoints.ssm" ? `${key}: false` : `remove ${key}` },
  ];
}

/** Changes that open the API to more callers. */
export function apiSettings(): Setting[] {
  const resource = "api*";
  return [
    { resource, codes: ["API_PRIVATE_REQUIRES_VPCE"], change: "api.endpointType: REGIONAL" },
    { resource, codes: ["API_POLICY_DENIES"], change: "api.sharing.vpcEndpoints" },
    {
      resource,
      codes: ["API_METHOD_REQUIRES_AUTHORIZATION", "API_AUTHORIZER_REFUSES"],
      change: "api.methods.METHOD.authorization: NONE",
    },
    { resource, codes: ["OPEN_TO_INTERNET"], change: "api.methods.METHOD.authorization" },
    { resource, codes: ["OPEN_TO_INTERNET"], change: "api.openToInternet: true" },
    { resource, codes: ["API_KEY_WITHOUT_PLAN"], change: "api.usagePlans.PLAN.keys" },
  ];
}

/** Changes that open the front door to more callers. */
export function frontDoorSettings(): Setting[] {
  return [{ resource: "front-door*", codes: CLOSED, change: "frontDoor.allowFrom" }];
}

/** Changes that let a function read more. */
export function functionSettings(name: string): Setting[] {
  return [
    { resource: `${name}-function`, codes: ["FUNCTION_OUTSIDE_VPC"], change: "networking: vpc" },
    {
      resource: `${name}-function`,
      codes: CLOSED,
      service: "internet",
      change: "function.internetAccess: true",
    },
    {
      resource: `${name}-role`,
      codes: ["IDENTITY_POLICY_DENIES"],
      service: "ssm",
      change: "parameters.path",
    },
  ];
}
