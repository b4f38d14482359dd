import { expect } from "chai";
import { ItemStore, tablesOf } from "../../../local-api/aws-services/dynamodb.js";

const CONDITION = "attribute_not_exists(id)";
const item = (id: string, text = "x") => ({ id: { S: id }, text: { S: text } });

describe("ItemStore", () => {
  let store: ItemStore;
  beforeEach(() => {
    store = new ItemStore([{ name: "t", hashKey: "id" }]);
  });
  const call = (action: string, input: unknown) => {
    const { statusCode, body } = store.call(action, JSON.stringify(input));
    return { statusCode, ...JSON.parse(body) };
  };
  const put = (more: object) => call("PutItem", { TableName: "t", ...more });
  const get = (id: unknown) => call("GetItem", { TableName: "t", Key: { id: { S: id } } });

  it("gets an item that was put, and no item if none was put", () => {
    expect(put({ Item: item("a") })).to.deep.equal({ statusCode: 200 });
    expect(get("a")).to.deep.equal({ statusCode: 200, Item: item("a") });
    expect(get("__proto__")).to.deep.equal({ statusCode: 200 });
  });

  it("puts an item only once if the condition says that it must not exist", () => {
    put({ Item: item("a", "first"), ConditionExpression: CONDITION });
    expect(put({ Item: item("a", "second"), ConditionExpression: CONDITION })).to.deep.equal({
      statusCode: 400,
      __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
      message: "The conditional request failed",
    });
    expect(get("a").Item).to.deep.equal(item("a", "first"));
    put({ Item: item("a", "third") });
    expect(get("a").Item).to.deep.equal(item("a", "third"));
  });

  it("refuses invalid requests with the exceptions of DynamoDB", () => {
    const refusals: readonly (readonly [what: string, answer: { __type: string }])[] = [
      ["ResourceNotFoundException", put({ TableName: "other", Item: item("a") })],
      ["ValidationException", put({ Item: item("") })],
      ["ValidationException", put({ Item: { text: { S: "x" } } })],
      ["ValidationException", put({})],
      ["ValidationException", put({ Item: item("a", "x".repeat(410_000)) })],
      ["ValidationException", put({ Item: { ...item("a"), n: { N: "x" } } })],
      ["ValidationException", put({ Item: item("a"), ConditionExpression: "size(id) > 1" })],
      ["ValidationException", get("")],
      ["ValidationException", get("x".repeat(2049))],
      ["SerializationException", put({ Item: { ...item("a"), text: { S: 5 } } })],
      ["SerializationException", put({ Item: { ...item("a"), text: { S: null } } })],
      ["SerializationException", put({ Item: { ...item("a"), text: { S: "x", N: "1" } } })],
      ["SerializationException", get(5)],
      ["UnknownOperationException", call("Scan", { TableName: "t" })],
    ];
    for (const [name, answer] of refusals) {
      expect(answer, JSON.stringify(answer)).to.include({ statusCode: 400 });
      expect(answer.__type.split("#")[1]).to.equal(name);
    }
    expect(get("a")).to.deep.equal({ statusCode: 200 });
  });

  it("refuses a body that is not JSON", () => {
    for (const body of ["", "[", "null", "5"]) {
      expect(store.call("PutItem", body).body).to.contain("SerializationException");
    }
  });

  it("serves only the tables of a stack that have no sort key", () => {
    const table = (properties: object) => ({
      urn: "urn",
      type: "aws:dynamodb/table:Table",
      name: "n",
      properties: { ...properties },
    });
    expect(
      tablesOf([table({ name: "a", hashKey: "id" }), table({ name: "b", hashKey: "id", rangeKey: "r" })]),
    ).to.deep.equal([{ name: "a", hashKey: "id" }]);
  });
});
