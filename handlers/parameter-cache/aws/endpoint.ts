/** What the calls to a service of AWS's JSON protocol need: names and the exceptions of its endpoints. */
export interface JsonService {
  /** Part of the host name, and the name that requests are signed for. */
  readonly name: string;
  /** Name in the environment variable `AWS_ENDPOINT_URL_<…>`. */
  readonly variable: string;
  /** Prefix of the header `x-amz-target`. */
  readonly target: string;
  /** Whether the service has host names of its own for IPv6; otherwise the usual one serves both. */
  readonly dualStackHosts: boolean;
  /** Whether the usual host name is the FIPS one in AWS GovCloud. */
  readonly fipsByDefaultInGovCloud: boolean;
}

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html */
export const PARAMETER_STORE: JsonService = {
  name: "ssm",
  variable: "SSM",
  target: "AmazonSSM",
  dualStackHosts: true,
  fipsByDefaultInGovCloud: true,
};

/** https://docs.aws.amazon.com/general/latest/gr/asm.html */
export const SECRETS_MANAGER: JsonService = {
  name: "secretsmanager",
  variable: "SECRETS_MANAGER",
  target: "secretsmanager",
  dualStackHosts: false,
  fipsByDefaultInGovCloud: false,
};

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the URL of a service in a region, by the environment variables that every AWS SDK reads. An endpoint that a
 * variable names is used as it is.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
 */
export function endpointOf(service: JsonService, region: string, variables: Variables): URL {
  const isOn = (name: string) => variables[name]?.toLowerCase() === "true";
  if (!isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
    const configured = variables[`AWS_ENDPOINT_URL_${service.variable}`] || variables.AWS_ENDPOINT_URL;
    if (configured) return new URL(configured);
  }
  const fips = isOn("AWS_USE_FIPS_ENDPOINT");
  const dualStack = isOn("AWS_USE_DUALSTACK_ENDPOINT");
  const [, suffix, dualStackSuffix] =
    PARTITIONS.find(([start]) => region.startsWith(start)) ?? DEFAULT_PARTITION;
  const isFipsByDefault = region.startsWith("us-gov-") && !dualStack && service.fipsByDefaultInGovCloud;
  const host = fips && !isFipsByDefault ? `${service.name}-fips` : service.name;
  return new URL(
    `https://${host}.${region}.${dualStack && service.dualStackHosts ? dualStackSuffix : suffix}`,
  );
}

/**
 * Start of a partition's regions, suffix of its host names, and of those that serve IPv6 too. The SDK's list has more,
 * and takes longer to load; a test compares the two in each partition.
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
const DEFAULT_PARTITION = ["", "amazonaws.com", "api.aws"] as const;
const PARTITIONS = [
  ["cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"],
  ["eusc-", "amazonaws.eu", "api.amazonwebservices.eu"],
  ["us-iso-", "c2s.ic.gov", "api.aws.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov", "api.aws.scloud"],
  ["eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
  ["us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"],
] as const;
