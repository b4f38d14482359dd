import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import { UserError } from "../errors/user-error.js";
import { type ConfigIssue, didYouMean, issue, issuesOf } from "../errors/validation.js";
import { type PinnedIntent, VIAS } from "../intents.js";

/** The file of pinned intents, in the folder of the Pulumi project. */
export const INTENTS_FILE = "intents.yaml";

/** Pinned intents by stack. */
export interface PinnedIntents {
  /** The intents of every stack. */
  readonly everyStack: readonly PinnedIntent[];
  readonly stacks: ReadonlyMap<string, readonly PinnedIntent[]>;
}

const place = z
  .string({ error: "Write a place as `npm run trace` takes it: fetcher, ssm, internet, GET /messages." })
  .trim()
  .min(1, { error: "Write a place as `npm run trace` takes it: fetcher, ssm, internet, GET /messages." });

const PORT = "Write a port from 1 to 65535, or leave it out for the destination's own.";
const REASON = "Write why, in a few words: a reviewer who meets the failure needs it.";
const LIST = "Write a list of intents, each with from, to, must and reason; [] if nothing is pinned.";

const pin = z
  .strictObject(
    {
      from: place,
      to: place,
      port: z.int({ error: PORT }).min(1, { error: PORT }).max(65535, { error: PORT }).optional(),
      must: z.enum(["reach", "not-reach"], { error: "Write reach or not-reach." }),
      via: z.enum(VIAS, { error: `Write ${VIAS.slice(0, -1).join(", ")} or ${VIAS.at(-1)}.` }).optional(),
      reason: z.string({ error: REASON }).trim().min(1, { error: REASON }),
    },
    { error: "Write an intent: from, to, must and reason." },
  )
  .refine(({ must, via }) => via === undefined || must === "reach", {
    path: ["via"],
    error: "It is the only permitted way of an intent with must: reach. Leave it out.",
  });

const intentsSchema = z.strictObject(
  {
    everyStack: z.array(pin, { error: LIST }).default([]),
    stacks: z
      .record(z.string(), z.array(pin, { error: LIST }), {
        error: "Write the stacks' names, each with a list of intents.",
      })
      .default({}),
  },
  { error: "Write stacks: with the stacks' names, each with a list of intents." },
);

type ParsedIntents =
  | { readonly pinned: PinnedIntents; readonly mistakes?: undefined }
  | { readonly pinned?: undefined; readonly mistakes: readonly ConfigIssue[] };

/**
 * Reads the pinned intents of a project.
 * @param folder folder of the Pulumi project
 * @returns undefined if it has no `intents.yaml`
 * @throws UserError with every mistake and its line
 */
export function readPinnedIntents(folder: string): PinnedIntents | undefined {
  const path = join(folder, INTENTS_FILE);
  const misnamed = join(folder, "intents.yml");
  if (!existsSync(path)) {
    if (existsSync(misnamed)) throw new UserError(`${misnamed} is not read. Rename it to ${INTENTS_FILE}.`);
    return undefined;
  }
  const { pinned, mistakes } = parsePinnedIntents(readFileSync(path, "utf8"));
  if (pinned === undefined) throw new UserError(textOf(mistakes, path));
  return pinned;
}

function textOf(mistakes: readonly ConfigIssue[], path: string): string {
  const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
  return [
    `${count} in ${path}:`,
    ...mistakes.map(({ key, value, fix }) => `  ${key}: ${value}. ${fix}`),
  ].join("\n");
}

/** Parses the content of `intents.yaml`. Never throws. */
export function parsePinnedIntents(text: string): ParsedIntents {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      mistakes: document.errors.map(({ message, pos: [start, end] }) =>
        issue(
          `line ${lines.linePos(start).line}`,
          text.slice(start, end).trim(),
          `It is not YAML: ${message}.`,
        ),
      ),
    };
  }
  const hidden = hiddenKeys(document, lines);
  if (hidden.length > 0) return { mistakes: hidden };
  const lineOf = (path: readonly string[]) => lineAt(document.contents, path, lines);
  let raw: unknown;
  try {
    raw = document.toJS() ?? "";
  } catch (error) {
    // An alias without its anchor is found only now.
    if (!(error instanceof ReferenceError)) throw error;
    return { mistakes: [issue("the file", text, `It is not YAML: ${error.message}.`)] };
  }
  const result = intentsSchema.safeParse(raw);
  if (!result.success) {
    const mistakes = result.error.issues
      .flatMap((found) => linesOf(found, lineOf, issuesOf(intentsSchema, raw, new z.ZodError([found]))))
      .sort((a, b) => a.line - b.line)
      .map(({ line, mistake }) => ({ ...mistake, key: `line ${line}, ${mistake.key}` }));
    return { mistakes };
  }
  const { everyStack, stacks } = result.data;
  const pinned = {
    everyStack: everyStack.map((each, i) => withOrigin(each, lineOf(["everyStack", String(i)]))),
    stacks: new Map(
      Object.entries(stacks).map(([stack, pins]) => [
        stack,
        pins.map((each, i) => withOrigin(each, lineOf(["stacks", stack, String(i)]))),
      ]),
    ),
  };
  const mistakes = [...pinned.stacks.values(), []].flatMap((pins) =>
    repeated([...pinned.everyStack, ...pins]),
  );
  return mistakes.length === 0
    ? { pinned }
    : { mistakes: [...new Map(mistakes.map((each) => [each.key, each])).values()] };
}

function withOrigin({ port, via, ...rest }: z.output<typeof pin>, line: number): PinnedIntent {
  return {
    ...rest,
    ...(port !== undefined && { port }),
    ...(via !== undefined && { via }),
    pinnedIn: `${INTENTS_FILE}:${line}`,
  };
}

/** The mistakes of one finding, which are several for several unknown keys, each with its line. */
function linesOf(
  found: z.core.$ZodIssue,
  lineOf: (path: readonly string[]) => number,
  mistakes: readonly ConfigIssue[],
): { readonly line: number; readonly mistake: ConfigIssue }[] {
  const path = found.path.map(String);
  const keys = found.code === "unrecognized_keys" ? found.keys : [];
  return mistakes.map((mistake, i) => ({
    line: lineOf([...path, ...keys.slice(i, i + 1)]),
    mistake: path.length + keys.length === 0 ? { ...mistake, key: "the file" } : mistake,
  }));
}

/** Keys that an object of JavaScript takes for its prototype, so that nothing would read what they hold. */
function hiddenKeys(document: Document.Parsed, lines: LineCounter): ConfigIssue[] {
  const mistakes: ConfigIssue[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== "__proto__") return;
      mistakes.push(
        issue(`line ${lines.linePos(key.range?.[0] ?? 0).line}`, key.value, "There is no such key."),
      );
    },
  });
  return mistakes;
}

/** Intents with the same two ends: the same claim twice, or two that exclude each other. */
function repeated(pins: readonly PinnedIntent[]): ConfigIssue[] {
  const seen = new Map<string, PinnedIntent>();
  return pins.flatMap((each) => {
    const ends = JSON.stringify([each.from, each.to, each.port]);
    const first = seen.get(ends);
    seen.set(ends, first ?? each);
    if (first === undefined) return [];
    const fix =
      first.must === each.must
        ? `It is pinned already, in ${first.pinnedIn}. Remove one of the two.`
        : `It excludes ${first.pinnedIn}, which says must: ${first.must}. Remove one of the two.`;
    return [issue(each.pinnedIn.replace(`${INTENTS_FILE}:`, "line "), `${each.from} -> ${each.to}`, fix)];
  });
}

/** The line of the node at a path of keys and indexes; of the nearest node above it, if there is none. */
function lineAt(root: unknown, path: readonly string[], lines: LineCounter): number {
  let node = root;
  let offset = isNode(root) ? root.range?.[0] : undefined;
  for (const step of path) {
    const found = stepInto(node, step);
    if (found === undefined) break;
    node = found.value;
    offset = found.offset ?? offset;
  }
  return lines.linePos(offset ?? 0).line;
}

function stepInto(
  node: unknown,
  step: string,
): { readonly value: unknown; readonly offset?: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(key) === step);
    return pair && { value: pair.value, ...offsetOf(pair.key) };
  }
  if (!isSeq(node)) return undefined;
  const item = node.items[Number(step)];
  return item === undefined ? undefined : { value: item, ...offsetOf(item) };
}

function offsetOf(node: unknown): { readonly offset?: number } {
  return isNode(node) && node.range ? { offset: node.range[0] } : {};
}

/** The intents that are pinned for a stack. */
export function pinsOf({ everyStack, stacks }: PinnedIntents, stack: string): readonly PinnedIntent[] {
  return [...everyStack, ...(stacks.get(stack) ?? [])];
}

/**
 * Checks the names of the stacks. A name without a stack may be of a stack that was removed, or of somebody else's; but
 * if it is nearly the name of a stack that has no intents of its own, those were meant for it.
 * @param names the stacks that have a file
 * @throws UserError if a name is mistyped
 */
export function checkStackNames({ stacks }: PinnedIntents, names: readonly string[]): void {
  const without = names.filter((name) => !stacks.has(name));
  const mistakes = [...stacks.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => ({ name, hint: without.length === 0 ? "" : didYouMean(name, without) }))
    .filter(({ hint }) => hint.startsWith("Did you mean"));
  if (mistakes.length === 0) return;
  throw new UserError(
    mistakes
      .map(
        ({ name, hint }) =>
          `${INTENTS_FILE} pins intents of stack "${name}", which has no file. ${hint} Rename it, or remove it if the stack is gone.`,
      )
      .join("\n"),
  );
}
