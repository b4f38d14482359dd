/**
 * Lines that no log takes for commands. GitHub's runner executes a line that begins with `::`, and a `##[` anywhere in
 * a line, and names of a stack may contain both.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function inert(lines: string): string {
  return lines
    .replace(CONTROLS, "")
    .split("\n")
    .map((line) => (isJson(line) ? line.replaceAll("##[", "\\u0023#[") : plain(line)))
    .join("\n");
}

/** Control characters but the line break, and marks that reorder or hide letters. */
const CONTROLS = /[\u2028\u2029]|(?![\n\t])[\p{Cc}\p{Cf}]/gu;

/** JSON for machines, whose content must not change. */
function isJson(line: string): boolean {
  return line.startsWith("{");
}

function plain(line: string): string {
  return line.replace(/^(\s*)::/, "$1: :").replaceAll("##[", "# #[");
}
