/** The largest policy of a kind that AWS accepts. */
export interface SizeLimit {
  readonly limit: number;
  readonly unit: "characters" | "bytes";
  /** The page of AWS that says so. */
  readonly source: string;
}

const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";

/**
 * Limits that no quota raises. IAM does not count white space. A trust policy of more than 2,048 characters and an API's
 * policy of more than 8,192 need a raised quota, which the stack does not show: see `preflight/quotas`.
 */
export const SIZE_LIMITS = {
  inline: { limit: 10_240, unit: "characters", source: IAM },
  managed: { limit: 6_144, unit: "characters", source: IAM },
  trust: { limit: 4_096, unit: "characters", source: IAM },
  endpoint: {
    limit: 20_480,
    unit: "characters",
    source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
  },
  bucket: {
    limit: 20_480,
    unit: "bytes",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html",
  },
  queue: {
    limit: 8_192,
    unit: "bytes",
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html",
  },
  table: {
    limit: 20_480,
    unit: "bytes",
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html",
  },
  key: {
    limit: 32_768,
    unit: "bytes",
    source: "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html",
  },
  secret: {
    limit: 20_480,
    unit: "characters",
    source: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html",
  },
} as const satisfies Readonly<Record<string, SizeLimit>>;

export type SizedPolicy = keyof typeof SIZE_LIMITS;

/** The size of a policy without white space, so that it is at most what AWS counts. */
export function sizeOf(document: unknown, { unit }: SizeLimit): number {
  const text = JSON.stringify(document).replace(/\s/g, "");
  return unit === "bytes" ? Buffer.byteLength(text) : text.length;
}
