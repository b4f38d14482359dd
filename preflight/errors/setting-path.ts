/** A step into a configuration: the name of a key or, in a list, the position of an item. */
type Step = string | number;

/**
 * A key as `pulumi config set --path` reads it: `api.methods["GET /messages"].throttling`. Its parser takes any
 * character up to the next dot or bracket, but what is not a plain word is in quotes here, for readers. In quotes it
 * knows one escape, `\"`; so a name that ends with a backslash is left without.
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties_path.go
 */
export function settingPath(first: string, ...steps: readonly Step[]): string {
  return under(isWord(first) ? first : quoted(first), ...steps);
}

/** The key of what is below another key: `under("api.methods", "GET /messages")`. */
export function under(key: string, ...steps: readonly Step[]): string {
  return [key, ...steps.map(accessor)].join("");
}

function accessor(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  return isWord(step) ? `.${step}` : quoted(step);
}

function isWord(name: string): boolean {
  return /^[\w$-]+$/.test(name) || (name.endsWith("\\") && !/[.[]/.test(name));
}

function quoted(name: string): string {
  return `["${name.replaceAll('"', '\\"')}"]`;
}

/** A text as one word of a POSIX shell, in quotes if it needs them. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** How a value is set. */
export interface SetOptions {
  /** Encrypts it. The CLI then asks for the value, so that it is not in the shell's history. */
  readonly secret?: boolean;
  /** Keeps a value a text that looks like a number or like true or false. */
  readonly text?: boolean;
}

/** A command line that sets one key: `pulumi config set --path vpc.nat single`. */
export function setCommand(key: string, value?: string | number | boolean, options: SetOptions = {}): string {
  const { secret = false, text = false } = options;
  return [
    "pulumi config set",
    ...(secret ? ["--secret"] : []),
    ...(/[.[]/.test(key) ? ["--path"] : []),
    ...(text ? ["--type string"] : []),
    shellWord(key),
    ...(value === undefined ? [] : [shellWord(String(value))]),
  ].join(" ");
}
