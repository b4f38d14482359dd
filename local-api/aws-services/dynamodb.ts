import { isRecord, list, type SourceResource } from "@lambda-networking/preflight";

/** Answer of a service to a call of API Gateway. */
export interface ServiceResponse {
  readonly statusCode: number;
  /** JSON. */
  readonly body: string;
}

/** A table by its name and its hash key, which holds text. */
export interface TableDefinition {
  readonly name: string;
  readonly hashKey: string;
}

type Item = Readonly<Record<string, unknown>>;

/** An error of DynamoDB; its name is the full type of the exception. */
class Refusal extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

const DYNAMODB = "com.amazonaws.dynamodb.v20120810";
const validation = (message: string) => new Refusal("com.amazon.coral.validate#ValidationException", message);
const serialization = () => new Refusal("com.amazon.coral.service#SerializationException", "");

/** Maximum bytes of a hash key, and of an item. */
const MOST_KEY_BYTES = 2048;
const MOST_ITEM_BYTES = 400 * 1024;

/**
 * DynamoDB in memory, for tables with a text hash key and no sort key. It serves GetItem, and PutItem with the
 * condition that the item does not exist. Errors are those of DynamoDB.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export class ItemStore {
  private readonly tables: ReadonlyMap<string, TableDefinition & { readonly items: Map<string, Item> }>;

  constructor(tables: readonly TableDefinition[]) {
    this.tables = new Map(tables.map((table) => [table.name, { ...table, items: new Map() }]));
  }

  /**
   * @param action `PutItem`
   * @param body JSON
   */
  call(action: string, body: string): ServiceResponse {
    try {
      const input = parsed(body);
      if (action === "PutItem") return answered(this.put(input));
      if (action === "GetItem") return answered(this.get(input));
      throw new Refusal("com.amazon.coral.service#UnknownOperationException", `not served here: ${action}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { type, message } = error;
      const text = JSON.stringify({ __type: type, ...(message !== "" && { message }) });
      return { statusCode: 400, body: text };
    }
  }

  private put(input: Item): object {
    const { hashKey, items } = this.table(input);
    const item = attributes(input.Item, "item");
    const key = keyIn(item, hashKey);
    if (Buffer.byteLength(JSON.stringify(item)) > MOST_ITEM_BYTES) {
      throw validation("Item size has exceeded the maximum allowed size");
    }
    const { ConditionExpression: condition } = input;
    if (condition !== undefined && condition !== `attribute_not_exists(${hashKey})`) {
      throw validation(`Invalid ConditionExpression: not known in the sandbox: ${String(condition)}`);
    }
    if (condition !== undefined && items.has(key)) {
      throw new Refusal(`${DYNAMODB}#ConditionalCheckFailedException`, "The conditional request failed");
    }
    items.set(key, item);
    return {};
  }

  private get(input: Item): object {
    const { hashKey, items } = this.table(input);
    const item = items.get(keyIn(attributes(input.Key, "key"), hashKey));
    return item === undefined ? {} : { Item: item };
  }

  private table({ TableName: name }: Item) {
    const table = this.tables.get(String(name));
    if (table === undefined) {
      throw new Refusal(`${DYNAMODB}#ResourceNotFoundException`, "Requested resource not found");
    }
    return table;
  }
}

/** The tables of a stack. */
export function tablesOf(resources: readonly SourceResource[]): TableDefinition[] {
  return resources.flatMap(({ type, properties }) => {
    const { name, hashKey, rangeKey } = properties;
    if (type !== "aws:dynamodb/table:Table" || rangeKey !== undefined) return [];
    return typeof name === "string" && typeof hashKey === "string" ? [{ name, hashKey }] : [];
  });
}

function answered(output: object): ServiceResponse {
  return { statusCode: 200, body: JSON.stringify(output) };
}

function parsed(body: string): Item {
  try {
    const input: unknown = JSON.parse(body);
    if (isRecord(input)) return input;
  } catch {
    // Text that is not JSON is refused below, like all that is not an object.
  }
  throw serialization();
}

/** A text or a number; DynamoDB writes a number as text. */
function attributes(value: unknown, what: string): Item {
  if (!isRecord(value)) throw validation(`no ${what} in the request`);
  for (const attribute of Object.values(value)) {
    const [[type, content] = [], ...more] = Object.entries(isRecord(attribute) ? attribute : {});
    if (typeof content !== "string" || more.length > 0) throw serialization();
    if (type === "N" && (content.trim() === "" || Number.isNaN(Number(content)))) {
      throw validation("The parameter cannot be converted to a numeric value");
    }
    if (!list(["S", "N"]).includes(type)) throw serialization();
  }
  return value;
}

function keyIn(item: Item, hashKey: string): string {
  const attribute = item[hashKey];
  const key = isRecord(attribute) ? attribute.S : undefined;
  if (typeof key !== "string") {
    throw validation(`One of the required keys was not given a value, or another type: ${hashKey}`);
  }
  if (key === "") {
    throw validation(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${hashKey}`,
    );
  }
  if (Buffer.byteLength(key) > MOST_KEY_BYTES) {
    throw validation("One or more parameter values were invalid: Size of hashkey has exceeded the maximum");
  }
  return key;
}
