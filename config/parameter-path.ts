/** The names that the engine knows a stack by. */
export interface StackNames {
  readonly project: string;
  readonly stack: string;
}

/**
 * The path of a stack's parameters if the configuration names none: `/orders/prod`. No two stacks of an account and
 * Region have the same, because an account's projects have different names. Pulumi allows the same characters in these
 * names as Parameter Store does in a path, but Parameter Store refuses what begins with `aws` or `ssm`.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
 */
export function defaultPath({ project, stack }: StackNames): string {
  // One underscore more before each such name, so that `aws` and `_aws` stay apart.
  const first = /^_*(aws|ssm)/i.test(project) ? `_${project}` : project;
  return `/${legal(first)}/${legal(stack)}`;
}

function legal(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, "-");
}
