/**
 * Requests that one account may send to API Gateway in one Region: a second, and at the same moment.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const ACCOUNT_THROTTLE = { rateLimit: 10_000, burstLimit: 5_000 } as const;

/**
 * Seconds that API Gateway waits for an integration's answer, unless a quota that AWS raised allows a REST API that is
 * not edge-optimized to wait longer.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const INTEGRATION_TIMEOUT = 29;
