/**
 * A published version, with what it needs of the stack. Lambda freezes both when the version is published.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
export interface PublishedVersion {
  /** `7`; never `$LATEST` */
  readonly version: string;
  /** ARN of the execution role. */
  readonly role: string;
  /** ARN of the customer managed key of its environment variables; `""` for AWS's own. */
  readonly kmsKeyArn: string;
  /** Subnets that its network interfaces are in; none outside a VPC. */
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Why Lambda does not show the variables; absent if it does. */
  readonly unreadable?: string;
  /** In seconds: for so long a call may run on it. */
  readonly timeout: number;
}

/** Calls to Lambda, one function for each, so that a test can replace them. */
export interface VersionServices {
  /** Every published version of a function. */
  versionsOf(functionName: string): Promise<readonly PublishedVersion[]>;
  /** The versions that a function's aliases name, those with a share of the calls included. */
  namedVersions(functionName: string): Promise<readonly string[]>;
  deleteVersion(functionName: string, version: string): Promise<void>;
}

/** Variables that name what the function's role, or its network, lets it reach. */
const NAMES_A_NEED = /^(PARAMETER_PATH|DATABASE_.*|AWS_ENDPOINT_URL.*|TOPIC_ARN)$/;

/**
 * What a version needs and the stack need not have any more, because the live version works without it: one readable
 * reason each. A version without a reason works as the live one does, because both have the role's permissions and the
 * network.
 */
export function missingNeeds(version: PublishedVersion, live: PublishedVersion): string[] {
  const { role, kmsKeyArn, subnetIds, securityGroupIds, variables } = version;
  const foreign = (ids: readonly string[], known: readonly string[]) =>
    ids.filter((id) => !known.includes(id));
  const network = [
    ...foreign(subnetIds, live.subnetIds),
    ...foreign(securityGroupIds, live.securityGroupIds),
  ];
  const isOutside = subnetIds.length === 0 && live.subnetIds.length > 0;
  const unreadable = version.unreadable ?? live.unreadable;
  const names = unreadable === undefined ? Object.keys({ ...variables, ...live.variables }) : [];
  return [
    ...(role === live.role ? [] : [`its role is ${role}`]),
    ...(kmsKeyArn === live.kmsKeyArn || kmsKeyArn === ""
      ? []
      : [`its variables are encrypted with ${kmsKeyArn}`]),
    ...(network.length === 0 ? [] : [`it runs in ${network.join(", ")}`]),
    ...(unreadable === undefined ? [] : [`its variables cannot be read: ${unreadable}`]),
    // It would work, but reach the internet past everything that the network blocks.
    ...(isOutside ? ["it runs outside the VPC"] : []),
    ...names
      .filter((name) => NAMES_A_NEED.test(name) && variables[name] !== live.variables[name])
      .map((name) =>
        variables[name] === undefined ? `it has no ${name}` : `its ${name} is ${variables[name]}`,
      ),
  ];
}

/** Versions of a function, and how many of them to keep. */
export interface VersionSet {
  readonly versions: readonly PublishedVersion[];
  /** Versions that an alias names. */
  readonly named: readonly string[];
  /** The version that the stack has published last. */
  readonly newest: string;
  /** The version that callers have. */
  readonly live: string;
}

/**
 * The versions to delete: those that no alias names, without the newest ones that still work. A version of a VPC
 * function holds network interfaces, and so its subnets and security groups, for as long as it exists.
 * @param keep how many versions that no alias names to keep
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function removableVersions({ versions, named, newest, live }: VersionSet, keep: number): string[] {
  const now = versions.find(({ version }) => version === live);
  if (now === undefined) return []; // Without the live version nothing is known about the others.
  const free = versions
    .filter(({ version }) => version !== newest && !named.includes(version))
    .sort((a, b) => Number(b.version) - Number(a.version));
  const kept = new Set(free.filter((version) => missingNeeds(version, now).length === 0).slice(0, keep));
  return free.filter((version) => !kept.has(version)).map(({ version }) => version);
}
