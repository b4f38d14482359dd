import { expect } from "chai";
import fc from "fast-check";
import {
  CREATED,
  FAILED,
  FOUND,
  GET_REFUSED,
  getItemRequest,
  ID_PATTERN,
  PUT_REFUSED,
  putItemRequest,
} from "../../../../components/api/message-store/templates.js";
import {
  renderTemplate,
  type TemplateInput,
} from "../../../../local-api/integrations/mapping-templates/render.js";

const TABLE = "messages-dev";
const PUT = putItemRequest(TABLE);
const GET = getItemRequest(TABLE);
const REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef";
const NONE = { path: {}, querystring: {}, header: {} };
const isId = (text: string) => new RegExp(`^${ID_PATTERN}$`).test(text);

function render(template: string, input: Partial<TemplateInput>) {
  const context = { requestId: REQUEST_ID, requestTimeEpoch: 1583348638390 };
  const { text, override } = renderTemplate(template, { body: "", params: NONE, context, ...input });
  const value: unknown = JSON.parse(text);
  return { value, status: override.status };
}

const withHeader = (name: string, key: string) => ({ params: { ...NONE, header: { [name]: key } } });
const withPath = (id: string) => ({ params: { ...NONE, path: { id } } });
const put = (id: string, text: unknown) => ({
  TableName: TABLE,
  Item: { id: { S: id }, text: { S: text }, createdAt: { N: "1583348638390" } },
  ConditionExpression: "attribute_not_exists(id)",
});

/** Texts with characters that are special in JSON, templates, shells or DynamoDB. */
const HOSTILE = [
  `"},"id":{"S":"mine"}}`,
  `", "TableName": "other`,
  "it's",
  "\\",
  '\\"',
  "\\u0022",
  `$context.requestId $!x \${y} $input.json('$')`,
  '#set($id = "mine")#if(true)#end#stop##',
  "#[[ raw ]]#",
  "\u2028\u2029\u0000\u001f\u007f",
  "\ud83d\ude00",
  "</script><!--",
  "line\r\nline\ttab",
  "__proto__",
  " ",
  "attribute_not_exists(id)",
];
const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 4 }).map((parts) => parts.join("")),
);
/** A JSON text in which every character is escaped. */
const escaped = (text: string) =>
  `"${[...text]
    .flatMap((one) => one.split(""))
    .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")}"`;

describe("putItemRequest", () => {
  it("writes any text unchanged, and nothing else", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { value } = render(PUT, { body: JSON.stringify({ text }) });
        expect(value).to.deep.equal(put(REQUEST_ID, text));
      }),
    );
  });

  it("writes the same text, however the JSON escapes it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { value } = render(PUT, { body: `{"text":${escaped(text)}}` });
        expect(value).to.deep.equal(put(REQUEST_ID, text));
      }),
    );
  });

  it("writes valid JSON even for half a surrogate pair", () => {
    const { value } = render(PUT, { body: '{"text":"a\\ud800b"}' });
    expect(value).to.deep.equal(put(REQUEST_ID, "a\ud800b"));
  });

  it("writes the text of any JSON body, whether or not a model has validated it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.boolean(), (json, isText) => {
        const body = JSON.stringify(isText ? { text: json } : json);
        const sent: unknown = JSON.parse(body); // JSON.stringify writes 0 for -0
        const isObject = typeof sent === "object" && sent !== null && !Array.isArray(sent);
        const text = isObject && Object.hasOwn(sent, "text") ? Reflect.get(sent, "text") : "";
        expect(render(PUT, { body }).value).to.deep.equal(put(REQUEST_ID, text));
      }),
      {
        examples: [
          [-0, true],
          [{ text: [-0] }, false],
        ],
      },
    );
  });

  it("writes the last text only, whatever other keys the body has", () => {
    const bodies = [
      '{"text":"first","text":"last"}',
      '{"__proto__":{"text":"no"},"constructor":{"text":"no"},"text":"last"}',
      '{"Item":{"id":{"S":"mine"}},"TableName":"other","text":"last"}',
    ];
    for (const body of bodies)
      expect(render(PUT, { body }).value, body).to.deep.equal(put(REQUEST_ID, "last"));
  });

  it("uses the caller's key as id if it is valid, however the header's name is spelled", () => {
    const body = '{"text":"x"}';
    for (const name of ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-key"]) {
      const ids = fc.stringMatching(new RegExp(`^${ID_PATTERN}$`));
      fc.assert(
        fc.property(ids, (id) => {
          expect(render(PUT, { body, ...withHeader(name, id) }).value).to.deep.equal(put(id, "x"));
          expect(render(CREATED, { body: "{}", ...withHeader(name, id) }).value).to.deep.equal({ id });
        }),
      );
    }
  });

  it("uses an empty id, which DynamoDB refuses, if the caller's key is not a valid id", () => {
    fc.assert(
      fc.property(anyText, (key) => {
        const { value } = render(PUT, { body: '{"text":"x"}', ...withHeader("Idempotency-Key", key) });
        expect(value).to.deep.equal(put(key === "" ? REQUEST_ID : isId(key) ? key : "", "x"));
      }),
    );
  });

  it("uses an empty id if the caller set the request's id to an invalid one", () => {
    const context = { requestId: '"},"x":{"', requestTimeEpoch: 1583348638390 };
    expect(render(PUT, { body: '{"text":"x"}', context }).value).to.deep.equal(put("", "x"));
  });

  it("ignores a key in the query, and replaces a key longer than 64 or with a line break by an empty id", () => {
    const query = { params: { ...NONE, querystring: { "Idempotency-Key": "mine" } } };
    expect(render(PUT, { body: '{"text":"x"}', ...query }).value).to.deep.equal(put(REQUEST_ID, "x"));
    const long = withHeader("Idempotency-Key", "a".repeat(65));
    expect(render(PUT, { body: '{"text":"x"}', ...long }).value).to.deep.equal(put("", "x"));
    const line = withHeader("Idempotency-Key", "mine\n");
    expect(render(PUT, { body: '{"text":"x"}', ...line }).value).to.deep.equal(put("", "x"));
  });
});

describe("getItemRequest", () => {
  it("reads the message with the id, or an empty id if it is not valid", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.stringMatching(new RegExp(`^${ID_PATTERN}$`))), (id) => {
        const { value } = render(GET, withPath(id));
        expect(value).to.deep.equal({
          TableName: TABLE,
          Key: { id: { S: isId(id) ? id : "" } },
          ConsistentRead: true,
        });
      }),
    );
  });

  it("answers the message unchanged, whatever its text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const Item = { id: { S: "abc" }, text: { S: text }, createdAt: { N: "1583348638390" } };
        const { value, status } = render(FOUND, { body: JSON.stringify({ Item }) });
        expect({ value, status }).to.deep.equal({
          value: { id: "abc", text, createdAt: 1583348638390 },
          status: undefined,
        });
      }),
    );
  });

  it("answers 404 if there is no message", () => {
    for (const body of ["{}", '{"Item":{}}', '{"Item":{"id":{}}}', '{"Item":null}', ""]) {
      expect(render(FOUND, { body })).to.deep.equal({
        value: { message: "There is no message with this id" },
        status: 404,
      });
    }
  });
});

describe("PUT_REFUSED and GET_REFUSED", () => {
  const SECRET = "arn:aws:dynamodb:eu-west-1:111122223333:table/messages-dev";
  const refusal = (type: unknown) => ({
    body: JSON.stringify({ __type: type, message: `not on ${SECRET}` }),
  });
  const CASES: readonly (readonly [type: string, post: number, get: number])[] = [
    ["com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", 409, 500],
    ["com.amazon.coral.validate#ValidationException", 400, 404],
    ["com.amazon.coral.service#SerializationException", 400, 404],
    ["com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", 429, 429],
    ["com.amazonaws.dynamodb.v20120810#RequestLimitExceeded", 429, 429],
    ["com.amazon.coral.availability#ThrottlingException", 429, 429],
    ["com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", 500, 500],
    ["com.amazon.coral.service#AccessDeniedException", 500, 500],
    ["com.amazon.coral.service#UnrecognizedClientException", 500, 500],
  ];

  for (const [type, post, get] of CASES) {
    it(`answers ${type.split("#")[1]} with ${post} to POST and ${get} to GET, without DynamoDB's message`, () => {
      for (const [template, expected] of [
        [PUT_REFUSED, post],
        [GET_REFUSED, get],
      ] as const) {
        const { value, status } = render(template, refusal(type));
        expect(status).to.equal(expected);
        expect(value).to.have.all.keys("message");
        expect(JSON.stringify(value)).not.to.contain("111122223333");
      }
    });
  }

  it("answers 500 if the exception's type is missing or malformed", () => {
    const bodies = ["{}", '{"__type":null}', '{"__type":5}', "[]", ""];
    for (const body of bodies) {
      expect(render(PUT_REFUSED, { body }).status, body).to.equal(500);
      expect(render(GET_REFUSED, { body }).status, body).to.equal(500);
    }
  });

  it("answers a separate message if DynamoDB does not answer", () => {
    expect(render(FAILED, { body: "<html>" }).value).to.deep.equal({
      message: "The message store does not answer",
    });
  });
});
