/**
 * Amazon Resource Names: `arn:partition:service:region:account:resource`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Everything after the fifth colon, colons included. */
  readonly resource: string;
}

const ARN = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s;
const ACCOUNT = /^\d{12}$/;

/** The parts of an ARN; undefined for any other text. */
export function parseArn(text: string): Arn | undefined {
  const found = ARN.exec(text);
  if (found === null) return undefined;
  const [, partition = "", service = "", region = "", account = "", resource = ""] = found;
  return { partition, service, region, account, resource };
}

/** The number of parts of a whole ARN: `arn`, partition, service, region, account and resource. */
export const ARN_PARTS = 6;

/** Whether the text is a 12-digit account ID. */
export function isAccountId(text: string): boolean {
  return ACCOUNT.test(text);
}

/** The account in an ARN; undefined if there is none, as in the ARNs of S3 buckets and of REST APIs' management. */
export function accountOf(arn: string): string | undefined {
  const account = parseArn(arn)?.account;
  return account !== undefined && isAccountId(account) ? account : undefined;
}
