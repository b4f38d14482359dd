import type {
  GetParametersByPathCommandInput,
  GetParametersCommandInput,
  ParameterStringFilter,
} from "@aws-sdk/client-ssm";
import type { AwsCaller, CallOptions } from "./aws/client.js";
import { PARAMETER_STORE } from "./aws/endpoint.js";
import { NotFoundError, UnreadableAnswerError, UnusableValueError } from "./errors.js";
import { field, listField, textField } from "./field.js";

/** A parameter, decrypted. */
export interface Parameter {
  /** Whole name, such as `/orders/database/host`, without version or label. */
  readonly name: string;
  readonly value: string;
  /** `String`, `StringList` or `SecureString`; of a secret `SecretString` or `SecretBinary`, which is base64. */
  readonly type: string;
  /** Version of the parameter, from 1; of a secret its version id. */
  readonly version: string;
}

/** Parameters or names in one call, the most that AWS allows. */
const PAGE = 10;
/** An account and region has 10,000 standard and at most 100,000 advanced parameters, so no path has more pages. */
const MOST_PAGES = 11_000;
/** Parameter Store may answer with an empty page although more follow, but not forever. */
const MOST_EMPTY_PAGES = 100;

export interface PathToRead {
  /** e.g. `/orders` */
  readonly path: string;
  /** Whether to read parameters deeper than one level as well. */
  readonly recursive: boolean;
  /** Whether AWS decrypts SecureStrings. */
  readonly decrypt: boolean;
  /** Only parameters of this type, key or label. */
  readonly filters: readonly ParameterStringFilter[];
  /** The most bytes that all values together may have; a read ends with an error as soon as there are more. */
  readonly mostBytes: number;
}

/**
 * Reads every parameter under a path, ten a call.
 * @throws NotFoundError if there is none; UnusableValueError if the values are too large; UnreadableAnswerError if the
 * pages do not end; an error of AWS or the network
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export async function readPath(
  aws: AwsCaller,
  { path, recursive, decrypt, filters, mostBytes }: PathToRead,
  options: CallOptions,
): Promise<readonly Parameter[]> {
  const found: Parameter[] = [];
  const tokens = new Set<string>();
  let [bytes, emptyPages]: [number, number] = [0, 0];
  for (let token: string | undefined; ; ) {
    const input: GetParametersByPathCommandInput = {
      Path: path,
      Recursive: recursive,
      WithDecryption: decrypt,
      MaxResults: PAGE,
      ...(filters.length > 0 && { ParameterFilters: [...filters] }),
      ...(token !== undefined && { NextToken: token }),
    };
    options.signal.throwIfAborted();
    const output = await aws.call(PARAMETER_STORE, "GetParametersByPath", input, options);
    const page = listField(output, "Parameters").flatMap((one) => parameterOf(one) ?? []);
    found.push(...page);
    for (const { value } of page) bytes += Buffer.byteLength(value);
    if (bytes > mostBytes) {
      throw new UnusableValueError(
        `The parameters under ${path} are too large: their values have more than ${mostBytes} bytes.`,
      );
    }
    emptyPages = page.length === 0 ? emptyPages + 1 : 0;
    token = textField(output, "NextToken") || undefined;
    if (token === undefined) break;
    if (tokens.has(token) || tokens.size >= MOST_PAGES || emptyPages >= MOST_EMPTY_PAGES) {
      throw new UnreadableAnswerError(`the pages of ${path} do not end: ${tokens.size + 1} have been read`);
    }
    tokens.add(token);
  }
  if (found.length === 0) throw new NotFoundError([`parameter under ${path}`]);
  return found;
}

/** The parameter asked for by each name, undefined for one that does not exist. */
export type ParametersByName = ReadonlyMap<string, Parameter>;

/**
 * Reads parameters by name, ten a call. A name may end with a version or a label: `/orders/token:3`.
 * @param optional names that may be absent
 * @throws NotFoundError with every other name that does not exist; an error of AWS or the network
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export async function readNames(
  aws: AwsCaller,
  names: readonly string[],
  optional: ReadonlySet<string>,
  decrypt: boolean,
  options: CallOptions,
): Promise<ParametersByName> {
  const found = new Map<string, Parameter>();
  await Promise.all(
    batchesOf([...new Set(names)]).map(async (Names) => {
      const input: GetParametersCommandInput = { Names, WithDecryption: decrypt };
      const output = await aws.call(PARAMETER_STORE, "GetParameters", input, options);
      for (const one of listField(output, "Parameters")) {
        const parameter = parameterOf(one);
        if (parameter === undefined) continue;
        const asked = Names.find((name) => bareName(name) === bareName(parameter.name));
        if (asked !== undefined) found.set(asked, parameter);
      }
    }),
  );
  const missing = names.filter((name) => !found.has(name) && !optional.has(name));
  if (missing.length > 0) throw new NotFoundError(missing);
  return found;
}

/**
 * Splits names into lists of at most ten. Versions and labels of one parameter go into lists of their own, so that an
 * answer's name is enough to tell which one it is of.
 */
function batchesOf(names: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (const name of names) {
    const fits = (batch: readonly string[]) =>
      batch.length < PAGE && !batch.some((other) => bareName(other) === bareName(name));
    const batch = batches.find(fits);
    if (batch === undefined) batches.push([name]);
    else batch.push(name);
  }
  return batches;
}

/** Removes version or label, and what an ARN has before the name: `orders/token` of `/orders/token:3`. */
function bareName(name: string): string {
  return withoutSelector(name)
    .replace(/^arn:.*:parameter/, "")
    .replace(/^\//, "");
}

/** Removes version or label. An ARN has five colons of its own. */
function withoutSelector(name: string): string {
  return /^(?:arn:(?:[^:]*:){4})?[^:]*/.exec(name)?.[0] ?? name;
}

function parameterOf(one: unknown): Parameter | undefined {
  const [name, value] = [textField(one, "Name"), textField(one, "Value")];
  if (name === undefined || value === undefined) return undefined;
  return {
    name,
    value,
    type: textField(one, "Type") ?? "String",
    version: String(field(one, "Version") ?? ""),
  };
}
