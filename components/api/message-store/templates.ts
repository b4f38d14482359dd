/**
 * Mapping templates between this API and DynamoDB, in Velocity's language (VTL).
 *
 * What comes from a caller gets into a request in two ways only. A text comes in as `$input.json`, which is a whole
 * JSON value with its own quotes. An id comes in when it has the form of {@link ID_PATTERN}, in which nothing means
 * anything to JSON. `$util.escapeJavaScript` is in none of them: it writes `\'`, which JSON does not know, and
 * `$input.params` and `$input.path` give a value as it was sent.
 *
 * A parameter that is not there is a null or an empty text; `"$!x"` makes an empty text of either. Velocity takes an
 * empty text for true.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html
 */

/** What an id is made of, as a regular expression for the whole of it. */
export const ID_PATTERN = "[A-Za-z0-9_-]{1,64}";

/** The header by which a caller names a message, so that sending it twice does not write it twice. */
export const KEY_HEADER = "Idempotency-Key";

/**
 * DynamoDB refuses an empty key, as a ValidationException: a template cannot refuse anything by itself.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
const WITHOUT_ODD_ID = `#if(!$id.matches('${ID_PATTERN}'))#set($id = "")#end`;

/**
 * The caller's key; else the request's id, which API Gateway makes up unless the caller sent one. Templates know a
 * header by its name as it was sent, in small letters with HTTP/2, so every name is looked at.
 */
const NEW_ID = `#set($id = "$!input.params().header.get('${KEY_HEADER}')")
#foreach($name in $input.params().header.keySet())
#if($name.equalsIgnoreCase('${KEY_HEADER}'))#set($id = "$!input.params().header.get($name)")#end
#end
#if($id == "")#set($id = "$!context.requestId")#end
${WITHOUT_ODD_ID}`;

/**
 * Writes a message unless there is one with its id.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export function putItemRequest(tableName: string): string {
  return `${NEW_ID}
{
  "TableName": ${JSON.stringify(tableName)},
  "Item": {
    "id": {"S": "$id"},
    "text": {"S": $input.json('$.text')},
    "createdAt": {"N": "$context.requestTimeEpoch"}
  },
  "ConditionExpression": "attribute_not_exists(id)"
}`;
}

/** DynamoDB's answer to PutItem is empty; the id is the request's. */
export const CREATED = `${NEW_ID}
{"id": "$id"}`;

/**
 * Reads a message as it was last written.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 */
export function getItemRequest(tableName: string): string {
  return `#set($id = "$!input.params('id')")
${WITHOUT_ODD_ID}
{
  "TableName": ${JSON.stringify(tableName)},
  "Key": {"id": {"S": "$id"}},
  "ConsistentRead": true
}`;
}

const ABSENT = answer(404, "There is no message with this id");

/** DynamoDB answers 200 with nothing in it where there is no such item. */
export const FOUND = `#set($found = "$!input.path('$.Item.id.S')")
#if($found != "")
{"id": $input.json('$.Item.id.S'), "text": $input.json('$.Item.text.S'), "createdAt": $input.path('$.Item.createdAt.N')}
#else
${ABSENT}
#end`;

/** DynamoDB's exceptions with which it refuses a request that says something wrong. */
const INVALID = ["ValidationException", "SerializationException"];

/** Those that mean "later": the caller may try again. */
const THROTTLED = [
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "ThrottledException",
];

const TOO_MANY = answer(429, "Too many requests");
/** The role, the table or the program is wrong; callers can do nothing about it. */
const MISCONFIGURED = answer(500, "The message store cannot be used");

/**
 * DynamoDB answers 400 to whatever it refuses; which exception it was is in the body. Its own message tells of the
 * table and the account, and is never passed on.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
function refused(cases: readonly (readonly [exceptions: readonly string[], answer: string])[]): string {
  const branches = cases.map(
    ([exceptions, then], i) =>
      `#${i === 0 ? "if" : "elseif"}(${exceptions.map((name) => `$type.contains("${name}")`).join(" || ")})\n${then}\n`,
  );
  return `#set($type = "$!input.path('$.__type')")
${branches.join("")}#else
${MISCONFIGURED}
#end`;
}

export const PUT_REFUSED = refused([
  [["ConditionalCheckFailedException"], answer(409, `There is a message with this ${KEY_HEADER}`)],
  [INVALID, answer(400, `A message is {"text": "…"}, its ${KEY_HEADER} 1 to 64 of A-Z, a-z, 0-9, _ and -`)],
  [THROTTLED, TOO_MANY],
]);

/** An id that no message can have is one that none has. */
export const GET_REFUSED = refused([
  [INVALID, ABSENT],
  [THROTTLED, TOO_MANY],
]);

/** DynamoDB failed, or could not be reached. */
export const FAILED = `{"message": "The message store does not answer"}`;

/**
 * An error in the form of the function's own. A status may be overridden once in a request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
function answer(status: number, message: string): string {
  return `#set($context.responseOverride.status = ${status})
${JSON.stringify({ message })}`;
}
