import { expect } from "chai";
import { callStage, parameterTypes, parameterValue, putParameter, tableNames } from "./lab/aws.js";
import { configure, copyProgram, linkModules, lost, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "store";
const TABLE = "lambda-networking-store-messages";
const JSON_TYPE = { "content-type": "application/json" };

/** Texts with characters that are special in JSON, templates, XML and shells. */
const TEXTS = [
  `it's "quoted" \\ /`,
  `"},"id":{"S":"mine"}}`,
  `$context.requestId $!x #set($id = "mine") #if(true) ## #[[raw]]#`,
  "\u2028\u2029\u0000\u001f\t\r\n",
  "é € 😀 </script>",
  " ",
];

describe("message store without a function", () => {
  const folder = copyProgram("store");
  let apiId = "";

  const PATH = "/lambda-networking/store";
  const deploy = (
    messageStore: false | { readonly maximumTextLength: number; readonly pointInTimeRecovery?: boolean },
    path = PATH,
  ) => {
    const parameters = { path, values: { greeting: "hello" } };
    const api = { metrics: false, tracing: false };
    configure(folder, STACK, {
      networking: "public",
      function: KNOWN_RUNTIME,
      parameters,
      api,
      messageStore,
    });
    return up(folder, STACK);
  };
  const get = (path: string) => callStage(apiId, `/messages${path}`);
  const send = (body: string, headers: Record<string, string> = {}) =>
    callStage(apiId, "/messages", { method: "POST", body, headers: { ...JSON_TYPE, ...headers } });
  const post = (text: unknown, headers: Record<string, string> = {}) =>
    send(JSON.stringify({ text }), headers);
  const answerOf = async (response: Response) => ({ status: response.status, body: await response.json() });

  before(async () => {
    linkModules(folder);
    await pulumi(folder, "stack", "init", STACK);
  });

  it("deploys with a message store", async () => {
    expect(lost(await deploy({ maximumTextLength: 80 }))).to.deep.equal([]);
    apiId = (await outputsOf(folder, STACK)).apiId;
  });

  it("writes and reads messages, whatever their text", async () => {
    const before = Date.now() - 60_000; // The clocks may differ.
    for (const text of TEXTS) {
      const posted = await post(text);
      expect(posted.status, text).to.equal(201);
      const { id, ...rest } = await posted.json();
      expect(rest).to.deep.equal({});
      const response = await get(`/${id}`);
      expect(response.headers.get("cache-control")).to.equal("no-store");
      const { createdAt, ...message } = await response.json();
      expect(message).to.deep.equal({ id, text });
      expect(createdAt)
        .to.be.a("number")
        .within(before, Date.now() + 60_000);
    }
  });

  it("writes one message for each key", async () => {
    const first = await post("one", { "Idempotency-Key": "key-1" });
    expect(await answerOf(first)).to.deep.equal({ status: 201, body: { id: "key-1" } });
    expect(await answerOf(await post("two", { "idempotency-key": "key-1" }))).to.deep.equal({
      status: 409,
      body: { message: "There is a message with this Idempotency-Key" },
    });
    expect((await answerOf(await get("/key-1"))).body).to.include({ text: "one" });
  });

  it("answers 400 to invalid messages and keys", async () => {
    const bodies = ["", "{}", "text", '{"text":5}', '{"text":""}', '{"text":"a","id":"b"}', '{"text":null}'];
    for (const body of [...bodies, JSON.stringify({ text: "x".repeat(81) })]) {
      expect((await send(body)).status, body).to.equal(400);
    }
    for (const key of ['a"b', "a b", "x".repeat(65), '"}}']) {
      const { status, body } = await answerOf(await post("a", { "Idempotency-Key": key }));
      expect(status, key).to.equal(400);
      expect(body).to.have.all.keys("message");
    }
  });

  it("answers 415 to bodies of another type", async () => {
    expect((await post("a", { "content-type": "text/plain" })).status).to.equal(415);
  });

  it("answers 404 if there is no message", async () => {
    for (const id of ["none", "key-1%22", "%20", "x".repeat(65), "$id"]) {
      expect(await answerOf(await get(`/${id}`)), id).to.deep.equal({
        status: 404,
        body: { message: "There is no message with this id" },
      });
    }
  });

  it("keeps messages if the store's settings change, and applies the settings at once", async () => {
    const replaced = lost(await deploy({ maximumTextLength: 5 })).filter(
      (one) => !one.includes("apigateway/deployment"),
    );
    expect(replaced).to.deep.equal([]);
    expect((await answerOf(await get("/key-1"))).body).to.include({ text: "one" });
    expect((await post("abcdef")).status).to.equal(400);
    expect((await post("abcde")).status).to.equal(201);
  });

  it("keeps the table and its messages while it is off, and says so at the preview", async () => {
    expect(lost(await deploy(false))).to.include("delete aws:dynamodb/table:Table messages-table");
    expect(await tableNames()).to.include(TABLE);
    const { output } = await pulumi(folder, "preview", "--stack", STACK);
    expect(output).to.match(/Kept in AWS[^\n]+table\/lambda-networking-store-messages/);
  });

  it("has its messages again after it is turned on again, with other settings", async () => {
    const operations = await deploy({ maximumTextLength: 5, pointInTimeRecovery: false });
    expect(operations.get("aws:dynamodb/table:Table messages-table")).to.match(/import|update/);
    expect((await answerOf(await get("/key-1"))).body).to.include({ text: "one" });
    expect(lost(await deploy({ maximumTextLength: 5 }))).to.deep.equal([]);
  });

  it("keeps the parameters of a renamed path, with the values that AWS has, and takes them over again", async () => {
    await putParameter(`${PATH}/greeting`, "changed by hand");
    await deploy({ maximumTextLength: 5 }, `${PATH}2`);
    expect(await parameterTypes(PATH)).to.deep.equal({ [`${PATH}/greeting`]: "String" });
    expect(await parameterValue(`${PATH}/greeting`)).to.equal("changed by hand");
    await deploy({ maximumTextLength: 5 });
    expect(await parameterValue(`${PATH}/greeting`)).to.equal("hello");
    expect(await parameterTypes(`${PATH}2`)).to.deep.equal({ [`${PATH}2/greeting`]: "String" });
  });

  it("leaves GET /messages for parameters unchanged", async () => {
    expect(await answerOf(await get(""))).to.deep.equal({
      status: 200,
      body: { messages: { greeting: "hello" } },
    });
  });

  it("deletes the data with keepData: false, and names it before", async () => {
    configure(folder, STACK, { keepData: false });
    const { output } = await pulumi(folder, "up", "--stack", STACK, "--yes");
    expect(output).to.match(
      /keepData is false: [^\n]+the messages in table lambda-networking-store-messages/,
    );
    await pulumi(folder, "destroy", "--stack", STACK, "--yes");
    expect(await tableNames()).not.to.include(TABLE);
    expect(await parameterTypes(PATH)).to.deep.equal({});
  });
});
