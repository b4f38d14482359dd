/**
 * Mapping templates between this API and DynamoDB, in Velocity Template Language (VTL).
 *
 * A caller's input enters a request in two ways only. A text enters as `$input.json`, a whole JSON value with its own
 * quotes. An id enters if it matches {@link ID_PATTERN}, which contains no character that is special in JSON. No
 * template uses `$util.escapeJavaScript` because it writes `\'`, which is not valid JSON. `$input.params` and
 * `$input.path` return a value unescaped, as it was sent.
 *
 * A missing parameter is null or an empty text; `"$!x"` turns both into an empty text. Velocity treats an empty text as
 * true.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html
 */

/** Regular expression that matches a whole id. */
export const ID_PATTERN = "[A-Za-z0-9_-]{1,64}";

/** Header with the caller's id for a message, so that a message that is sent twice is written once. */
export const KEY_HEADER = "Idempotency-Key";

/**
 * Replaces an invalid id by an empty one because a template cannot refuse a request. DynamoDB refuses an empty key with
 * a ValidationException. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
const WITHOUT_ODD_ID = `#if(!$id.matches('${ID_PATTERN}'))#set($id = "")#end`;

/**
 * Sets the id to the caller's key, or to the request's id if there is none. API Gateway creates the request's id unless
 * the caller sent one. Templates see a header's name as it was sent, in lower case with HTTP/2, so the template
 * compares every name.
 */
const NEW_ID = `#set($id = "$!input.params().header.get('${KEY_HEADER}')")
#foreach($name in $input.params().header.keySet())
#if($name.equalsIgnoreCase('${KEY_HEADER}'))#set($id = "$!input.params().header.get($name)")#end
#end
#if($id == "")#set($id = "$!context.requestId")#end
${WITHOUT_ODD_ID}`;

/**
 * Request that writes a message unless one has the same id.
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

/** Answer to a written message. DynamoDB's answer to PutItem is empty, so the id is the request's. */
export const CREATED = `${NEW_ID}
{"id": "$id"}`;

/**
 * Request that reads a message with its last write.
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

/** Answer to a read. DynamoDB answers 200 without an item if there is none. */
export const FOUND = `#set($found = "$!input.path('$.Item.id.S')")
#if($found != "")
{"id": $input.json('$.Item.id.S'), "text": $input.json('$.Item.text.S'), "createdAt": $input.path('$.Item.createdAt.N')}
#else
${ABSENT}
#end`;

/** DynamoDB's exceptions for an invalid request. */
const INVALID = ["ValidationException", "SerializationException"];

/** DynamoDB's exceptions for a request that the caller may repeat later. */
const THROTTLED = [
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "ThrottledException",
];

const TOO_MANY = answer(429, "Too many requests");
/** Answer if the role, the table or the program is wrong; callers cannot correct it. */
const MISCONFIGURED = answer(500, "The message store cannot be used");

/**
 * Answer to a request that DynamoDB refuses. DynamoDB answers 400 to each, and the body names the exception. DynamoDB's
 * message names the table and the account, so it is never passed on.
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

/** An invalid id is answered as an id without a message. */
export const GET_REFUSED = refused([
  [INVALID, ABSENT],
  [THROTTLED, TOO_MANY],
]);

/** Answer if DynamoDB failed or could not be reached. */
export const FAILED = `{"message": "The message store does not answer"}`;

/**
 * An error in the same form as the function's errors. A template may override the status once in a request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
function answer(status: number, message: string): string {
  return `#set($context.responseOverride.status = ${status})
${JSON.stringify({ message })}`;
}
