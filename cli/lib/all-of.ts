import { UserError } from "@lambda-networking/preflight/errors";
import { mistakeOf } from "./command.js";

type Results<T extends readonly (() => unknown)[]> = { -readonly [K in keyof T]: ReturnType<T[K]> };

/**
 * The results of all checks, so that a user sees every mistake at once.
 * @throws UserError with the messages of every check that found a mistake
 */
export function allOf<const T extends readonly (() => unknown)[]>(...checks: T): Results<T>;
export function allOf(...checks: readonly (() => unknown)[]): readonly unknown[] {
  const mistakes: string[] = [];
  const results = checks.map((check) => {
    try {
      return check();
    } catch (error) {
      const message = mistakeOf(error);
      if (message === undefined) throw error;
      mistakes.push(message);
      return undefined;
    }
  });
  if (mistakes.length > 0) throw new UserError(mistakes.join("\n"));
  return results;
}
