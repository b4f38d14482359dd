const NOT_EXPLAINED = "that no resource of the stack explains";

/**
 * The text for something in a resource's outputs that no resource of the stack writes: an operator added it by hand, or
 * the outputs are older than a change of the stack. https://www.pulumi.com/docs/iac/cli/commands/pulumi_refresh/
 */
export function unexplained(owner: string, what: string): string {
  return `the outputs of ${owner} hold ${what} ${NOT_EXPLAINED}: changed by hand, or not refreshed`;
}

/** Whether a text has the form of {@link unexplained}. */
export function isUnexplained(text: string): boolean {
  return text.includes(NOT_EXPLAINED);
}
