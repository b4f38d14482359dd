/**
 * Endpoint type of an API or its domain name: through VPC endpoints, in its Region, or through CloudFront.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html
 */
export const ENDPOINT_TYPES = ["PRIVATE", "REGIONAL", "EDGE"] as const;
export type EndpointType = (typeof ENDPOINT_TYPES)[number];
