import { fromJson, printed, Tool, type Value } from "./values.js";

/** Java's short escapes of characters; JSON has no escape for the single quote. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\n": "\\n",
  "\t": "\\t",
  "\f": "\\f",
  "\r": "\\r",
  "'": "\\'",
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
};

/** https://commons.apache.org/proper/commons-lang/javadocs/api-2.6/org/apache/commons/lang/StringEscapeUtils.html */
export function escapeJavaScript(text: string): string {
  return text.replace(/[^ -~]|['"\\/]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return ESCAPES[character] ?? `\\u${code}`;
  });
}

/** https://docs.oracle.com/javase/8/docs/api/java/net/URLEncoder.html */
function urlEncode(text: string): string {
  const encoded = encodeURIComponent(Buffer.from(text).toString()).replaceAll("%20", "+");
  return encoded.replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

const FUNCTIONS: Readonly<Record<string, (text: string) => Value>> = {
  base64Decode: (text) => Buffer.from(text, "base64").toString(),
  base64Encode: (text) => Buffer.from(text).toString("base64"),
  escapeJavaScript,
  parseJson: (text) => {
    const json: unknown = JSON.parse(text);
    return fromJson(json);
  },
  urlDecode: (text) => decodeURIComponent(text.replaceAll("+", " ")),
  urlEncode,
};

/**
 * `$util`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference
 */
export const UTIL = new Tool(
  new Map(
    Object.entries(FUNCTIONS).map(
      ([name, of]) => [name, (value: Value = null) => of(printed(value))] as const,
    ),
  ),
);
