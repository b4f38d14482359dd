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

/** Texts that mean something to JSON, to templates, to shells or to DynamoDB. */
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
/** JSON written with as many escapes as there can be. */
const escaped = (text: string) =>
  `"${[...text]
    .flatMap((one) => one.split(""))
    .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")}"`;

describe("POST /messages asks DynamoDB", () => {
  it("to write any text as it is, and nothing else", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { value } = render(PUT, { body: JSON.stringify({ text }) });
        expect(value).to.deep.equal(put(REQUEST_ID, text));
      }),
    );
  });

  it("the same, however the text is escaped", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { value } = render(PUT, { body: `{"text":${escaped(text)}}` });
        expect(value).to.deep.equal(put(REQUEST_ID, text));
      }),
    );
  });

  it("for valid JSON even with half a surrogate pair", () => {
    const { value } = render(PUT, { body: '{"text":"a\\ud800b"}' });
    expect(value).to.deep.equal(put(REQUEST_ID, "a\ud800b"));
  });

  it("the same of any JSON, whether or not a model has looked at it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.boolean(), (json, isText) => {
        const body = JSON.stringify(isText ? { text: json } : json);
        const sent: unknown = JSON.parse(body); // JSON.stringify writes 0 for -0, so that is what is sent
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

  it("for one value, whatever else a body has", () => {
    const bodies = [
      '{"text":"first","text":"last"}',
      '{"__proto__":{"text":"no"},"constructor":{"text":"no"},"text":"last"}',
      '{"Item":{"id":{"S":"mine"}},"TableName":"other","text":"last"}',
    ];
    for (const body of bodies)
      expect(render(PUT, { body }).value, body).to.deep.equal(put(REQUEST_ID, "last"));
  });

  it("under the caller's key, however the header is spelled, where it is an id", () => {
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

  it("under an empty key, which it refuses, where the caller's is none that an id can be", () => {
    fc.assert(
      fc.property(anyText, (key) => {
        const { value } = render(PUT, { body: '{"text":"x"}', ...withHeader("Idempotency-Key", key) });
        expect(value).to.deep.equal(put(key === "" ? REQUEST_ID : isId(key) ? key : "", "x"));
      }),
    );
  });

  it("so as well where the caller has given the request its id", () => {
    const context = { requestId: '"},"x":{"', requestTimeEpoch: 1583348638390 };
    expect(render(PUT, { body: '{"text":"x"}', context }).value).to.deep.equal(put("", "x"));
  });

  it("not under a key of the query, and under no key longer than 64", () => {
    const query = { params: { ...NONE, querystring: { "Idempotency-Key": "mine" } } };
    expect(render(PUT, { body: '{"text":"x"}', ...query }).value).to.deep.equal(put(REQUEST_ID, "x"));
    const long = withHeader("Idempotency-Key", "a".repeat(65));
    expect(render(PUT, { body: '{"text":"x"}', ...long }).value).to.deep.equal(put("", "x"));
    const line = withHeader("Idempotency-Key", "mine\n");
    expect(render(PUT, { body: '{"text":"x"}', ...line }).value).to.deep.equal(put("", "x"));
  });
});

describe("GET /messages/{id} asks DynamoDB", () => {
  it("for the message with the id, or with none where no message can have it", () => {
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

  it("and answers it, whatever was written", () => {
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

  it("and answers 404 where there is none", () => {
    for (const body of ["{}", '{"Item":{}}', '{"Item":{"id":{}}}', '{"Item":null}', ""]) {
      expect(render(FOUND, { body })).to.deep.equal({
        value: { message: "There is no message with this id" },
        status: 404,
      });
    }
  });
});

describe("What DynamoDB refuses", () => {
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
    it(`with ${type.split("#")[1]} is answered ${post} to POST and ${get} to GET, in words of this API`, () => {
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

  it("without a type, or in no form that is known, is answered 500", () => {
    const bodies = ["{}", '{"__type":null}', '{"__type":5}', "[]", ""];
    for (const body of bodies) {
      expect(render(PUT_REFUSED, { body }).status, body).to.equal(500);
      expect(render(GET_REFUSED, { body }).status, body).to.equal(500);
    }
  });

  it("or does not answer at all has a message of its own", () => {
    expect(render(FAILED, { body: "<html>" }).value).to.deep.equal({
      message: "The message store does not answer",
    });
  });
});
