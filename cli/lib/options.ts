import { parseArgs } from "node:util";
import { didYouMean, UserError } from "@lambda-networking/preflight/errors";

/** An option of a command, as `--help` describes it. */
export interface Option {
  /** `string`: it takes a value. `boolean`: it is there or not. */
  readonly type: "string" | "boolean";
  /** What its value is: `NAME`, `FILE.yaml`. */
  readonly value?: string;
  readonly about: string;
  readonly default?: string;
}

export type Options = Readonly<Record<string, Option>>;

/** The values of the options: texts, and true or undefined for an option without a value. */
export type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>["values"];

/** A command as `--help` describes it. */
export interface Help<T extends Options> {
  /** How it is called: `npm start`, `npm run trace`. */
  readonly call: string;
  readonly about: string;
  readonly options: T;
  /** Calls, each with what it does. */
  readonly examples: readonly (readonly [call: string, about: string])[];
  /** What the options' lines have no room for. */
  readonly more?: string;
  readonly exitCodes: string;
}

const WIDTH = 100;
const HELP_OPTION = "--help, -h";

/** The text of `--help`, in 100 columns. */
export function helpText<T extends Options>({
  call,
  about,
  options,
  examples,
  more,
  exitCodes,
}: Help<T>): string {
  const described = Object.entries(options).map(
    ([name, option]) => [spelled(name, option), withDefault(option)] as const,
  );
  const lines = [...described, [HELP_OPTION, "This text"] as const];
  const width = Math.max(...lines.map(([option]) => option.length));
  return [
    `Usage: ${call} -- [OPTIONS]`,
    wrapped(about, ""),
    ["Options", ...lines.map(([option, text]) => wrapped(text, `  ${option.padEnd(width)}  `))].join("\n"),
    ...(more === undefined ? [] : [more]),
    ["Examples", ...examples.map(([example, text]) => `  ${example}\n${wrapped(text, "      ")}`)].join("\n"),
    wrapped(`Exit codes: ${exitCodes}`, ""),
    `${takesPaths(options) ? "Paths are relative to the folder that you are in. " : ""}docs/commands.md tells more.`,
  ].join("\n\n");
}

function takesPaths(options: Options): boolean {
  return Object.values(options).some(({ value }) => /FILE|\.(json|yaml)$/.test(value ?? ""));
}

function spelled(name: string, { value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function withDefault(option: Option): string {
  return option.default === undefined ? option.about : `${option.about}. Default: ${option.default}`;
}

/** Text after a prefix, broken at spaces; further lines have the prefix's width as indent. */
function wrapped(text: string, prefix: string): string {
  const lines = [prefix];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    const isEmpty = lines.length === 1 ? last === prefix : last.trim() === "";
    if (!isEmpty && last.length + word.length + 1 > WIDTH) lines.push(" ".repeat(prefix.length) + word);
    else lines[lines.length - 1] = isEmpty ? last + word : `${last} ${word}`;
  }
  return lines.join("\n");
}

/**
 * Parses the arguments of a command.
 * @param environment npm's variables in it tell which options npm took for its own
 * @throws UserError with every mistake: an unknown option, a missing or empty value, an option given twice, an argument that is no option
 */
export function parseOptions<T extends Options>(
  argv: readonly string[],
  { call, options }: Pick<Help<T>, "call" | "options">,
  environment: NodeJS.ProcessEnv,
): Values<T> {
  const mistakes = [...mistakesIn(argv, call, options), ...takenByNpm(call, options, environment)];
  if (mistakes.length > 0) {
    throw new UserError([...mistakes, `Every option: ${call} -- --help`].join("\n"));
  }
  return parseArgs({ args: [...argv], options, strict: true }).values;
}

function mistakesIn(argv: readonly string[], call: string, options: Options): string[] {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const seen = new Set<string>();
  const mistakes: string[] = [];
  const strange: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") strange.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      mistakes.push(`There is no option ${token.rawName}. ${didYouMean(token.rawName, known(options))}`);
      continue;
    }
    if (seen.has(token.name)) mistakes.push(`--${token.name} is given twice. Give it once.`);
    seen.add(token.name);
    mistakes.push(...valueMistakes(token, spelled(token.name, option), option));
  }
  // What follows an unknown option is its value.
  if (strange.length === 0 || mistakes.some((text) => text.startsWith("There is no option"))) return mistakes;
  const [name = ""] = Object.keys(options);
  const example = `${call} -- ${spelled(name, options[name] ?? { type: "boolean", about: "" })}`;
  const words = strange.map((word) => `"${word}"`).join(", ");
  return [...mistakes, `${words} is not an option. Write options after "--", each with its name: ${example}`];
}

function valueMistakes(
  {
    value,
    inlineValue,
    name,
  }: { readonly value?: string; readonly inlineValue?: boolean; readonly name: string },
  spelling: string,
  { type }: Option,
): string[] {
  if (type === "boolean")
    return value === undefined ? [] : [`--${name} takes no value. Write --${name} alone.`];
  if (value === undefined || value === "") return [`--${name} has no value. Write ${spelling}.`];
  const isOption = inlineValue !== true && value.length > 1 && value.startsWith("-");
  return isOption ? [`--${name} has no value: ${value} follows. Write ${spelling}.`] : [];
}

function known(options: Options): string[] {
  return [...Object.keys(options), "help"].map((name) => `--${name}`);
}

/** Options that npm has too, so that its variable for them says nothing about this command. */
const OPTIONS_OF_NPM: ReadonlySet<string> = new Set(["json", "usage", "help"]);

/**
 * Without `--`, npm takes options for its own, and the command would run without them: `npm start --stack=prod` would
 * prove every stack.
 */
function takenByNpm(call: string, options: Options, environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    if (OPTIONS_OF_NPM.has(name)) return [];
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    if (value === undefined || value === "") return [];
    const meant =
      option.type === "boolean" || value === "true" ? spelled(name, option) : `--${name} ${value}`;
    return [`npm took --${name} for an option of its own. Write "--" before it: ${call} -- ${meant}`];
  });
}
