import { cleanText } from "../resources/clean-text.js";
import { isRecord, json } from "../resources/read.js";
import { UNKNOWN } from "../resources/unknown.js";
import { hasSecret, plainValue } from "./wire-values.js";

/** A shorter text is part of too many others to be taken out of them. */
const SHORTEST = 4;

/** Words of a policy that tell nothing. */
const KEYWORDS = new Set(["Version", "Effect", "Action", "NotAction"]);

/** A component's output that says what must be reachable. */
const INTENTS = "intents";

/** Properties that name a resource. */
const NAMES = /name$|identifier$|^bucket$|^domain$/i;

/** An id that AWS made, such as `sg-0a1b2c3d`, which contains no name. */
const MADE_BY_AWS = /^[a-z]+-[0-9a-f]{8,}$/;

/**
 * The secrets of one resource of an export. A secret in plain text counts in verdicts, and its texts are recorded, so
 * that no report shows them. One that cannot be recorded, such as a number or a short text, is unknown; so is an
 * encrypted one.
 */
export class Secrets {
  readonly #texts = new Set<string>();
  #hasSecretName = false;

  /** Longest first, because one may be part of another. */
  get texts(): readonly string[] {
    return [...this.#texts].sort((a, b) => b.length - a.length);
  }

  opened(properties: unknown): Record<string, unknown> {
    if (!isRecord(properties)) return {};
    return Object.fromEntries(
      Object.entries(properties).map(([key, value]) => {
        if (NAMES.test(key) && hasSecret(value)) this.#hasSecretName = true;
        return [key, key === INTENTS ? this.#intents(value) : this.#plain(value)];
      }),
    );
  }

  /** Intents, of which only ARNs are recorded: a report without their other words could not be read. */
  #intents(value: unknown): unknown {
    const all = new Secrets();
    const opened = plainValue(value, ({ plaintext }) => {
      const content = typeof plaintext === "string" ? parsed(plaintext) : undefined;
      return content === undefined ? UNKNOWN : plainValue(content, () => UNKNOWN);
    });
    if (hasSecret(value)) all.#record(opened);
    for (const text of all.#texts) if (text.startsWith("arn:")) this.#texts.add(text);
    return opened;
  }

  /** Records ids and ARNs of a resource whose name is secret, because they contain the name in plain text. */
  hideNameIn(...identifiers: readonly unknown[]): void {
    if (!this.#hasSecretName) return;
    for (const identifier of identifiers) {
      if (typeof identifier !== "string" || MADE_BY_AWS.test(identifier)) continue;
      const name = cleanText(identifier).split(/[:/]/).at(-1) ?? "";
      if (name.length >= SHORTEST) this.#texts.add(name);
    }
  }

  #plain(value: unknown): unknown {
    return plainValue(value, ({ plaintext }) => this.#secret(plaintext));
  }

  /** The value of a decrypted secret. Its plain text is JSON. */
  #secret(plaintext: unknown): unknown {
    const value = typeof plaintext === "string" ? parsed(plaintext) : undefined;
    return value === undefined ? UNKNOWN : this.#recorded(this.#plain(value));
  }

  #recorded(value: unknown): unknown {
    if (typeof value === "number") return UNKNOWN;
    if (Array.isArray(value)) return value.map((item) => this.#recorded(item));
    if (isRecord(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#recorded(item)]));
    if (typeof value !== "string") return value;
    const content = /^\s*[[{]/.test(value) ? json(value) : undefined;
    if (content !== undefined) {
      this.#record(content);
      return value;
    }
    const text = cleanText(value).trim();
    if (text.length < SHORTEST) return text === "" ? value : UNKNOWN;
    this.#texts.add(text);
    return value;
  }

  /** The texts in a secret document, such as the ARNs of a policy. */
  #record(value: unknown): void {
    if (typeof value === "string" && value.length >= SHORTEST) this.#texts.add(value);
    if (Array.isArray(value)) for (const item of value) this.#record(item);
    if (isRecord(value))
      for (const [key, item] of Object.entries(value)) if (!KEYWORDS.has(key)) this.#record(item);
  }
}

/** The value without cleaning, because it may be content with lines of its own. */
function parsed(plaintext: string): unknown {
  try {
    return JSON.parse(plaintext);
  } catch {
    return undefined;
  }
}
