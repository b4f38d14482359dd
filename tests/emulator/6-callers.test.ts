import { expect } from "chai";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { resourcesFromExport } from "../../preflight/graph/index.js";
import { graphFromResources } from "../../preflight/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { isRecord } from "../../preflight/resources/read.js";
import { callStage, rest } from "./lab/aws.js";
import { configure, copyProgram, linkModules, outputsOf, pulumi, up } from "./lab/project.js";
import { KNOWN_RUNTIME } from "./lab/stacks.js";

const STACK = "callers";
const ISSUER = "https://id.example.com";
const BUCKET = "arn:aws:s3:::uploads";

// The emulator asks Lambda authorizers, and stores resource policies without evaluating them. Its answer to a
// policy that denies has AWS's words and the status 401, where AWS answers 403.
describe("who may call", () => {
  const folder = copyProgram("callers");
  const pair = generateKeyPair("ES256");
  let apiId = "";
  let functionName = "";

  const token = async (claims: Record<string, unknown> = {}) =>
    new SignJWT({ iss: ISSUER, aud: "messages", sub: "alice", scope: "messages/read", ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "one" })
      .setExpirationTime("5 minutes")
      .sign((await pair).privateKey);
  const get = (Authorization?: string) =>
    callStage(apiId, "/messages", { headers: Authorization === undefined ? {} : { Authorization } });

  before(async () => {
    const jwk = { ...(await exportJWK((await pair).publicKey)), kid: "one", alg: "ES256" };
    linkModules(folder);
    configure(folder, STACK, {
      networking: "public",
      function: {
        ...KNOWN_RUNTIME,
        invokers: {
          partner: { principal: "444455556666" },
          uploads: { principal: "s3.amazonaws.com", sourceAccount: "444455556666", sourceArn: BUCKET },
        },
      },
      parameters: { path: "/lambda-networking/callers", values: { greeting: "hello" } },
      api: {
        authorizers: {
          partners: {
            jwt: { issuer: ISSUER, audience: ["messages"], algorithms: ["ES256"], jwks: { keys: [jwk] } },
            scopes: ["messages/read"],
          },
        },
        methods: { "GET /messages": { authorization: "partners" } },
      },
    });
    await pulumi(folder, "stack", "init", STACK);
    await up(folder, STACK);
    ({ apiId, functionName } = await outputsOf(folder, STACK));
  });

  after(() => pulumi(folder, "destroy", "--stack", STACK, "--yes", "--skip-preview"));

  it("answers 401 without a token, or with a forged one", async () => {
    expect((await get()).status).to.equal(401);
    const [head, payload, signature = ""] = (await token()).split(".");
    const forged = `${head}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    for (const bad of [
      forged,
      "Bearer abc",
      await token({ aud: "others" }),
      await token({ iss: `${ISSUER}/` }),
    ]) {
      expect((await get(bad)).status).to.be.oneOf([401, 403]);
    }
  });

  it("answers the parameters to a token of the issuer", async () => {
    const response = await get(`Bearer ${await token()}`);
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ messages: { greeting: "hello" } });
  });

  it("refuses a token without the scope by a policy", async () => {
    const refused = await get(`Bearer ${await token({ scope: "messages/write" })}`);
    expect(refused.status).to.be.oneOf([401, 403]);
    expect(await refused.text()).to.contain("User is not authorized to access this resource");
  });

  it("lets nobody but the API and the named invokers invoke the alias", async () => {
    const { Policy } = await rest("lambda", `/2015-03-31/functions/${functionName}/policy?Qualifier=live`);
    const document: unknown = JSON.parse(String(Policy));
    const statements = isRecord(document) && Array.isArray(document.Statement) ? document.Statement : [];
    const told = statements
      .filter(isRecord)
      .map(({ Principal, Condition }) => JSON.stringify([Principal, Condition]));
    expect(told).to.have.length(3);
    expect(told.join("\n"))
      .to.contain("444455556666")
      .and.to.contain("s3.amazonaws.com")
      .and.to.contain(BUCKET)
      .and.to.contain(`${apiId}/v1/GET/messages`);
  });

  it("is proved from what is deployed", async () => {
    const { stdout } = await pulumi(folder, "stack", "export", "--stack", STACK);
    const proofs = proofReports(graphFromResources(resourcesFromExport(JSON.parse(stdout))));
    expect(proofs.filter(({ ok }) => !ok).map(({ id, failure }) => [id, failure?.reason])).to.deep.equal([]);
    expect(proofs.map(({ from, must, to }) => `${from} ${must} ${to}`)).to.include.members([
      "internet not-reach GET /messages",
      "internet reach GET /messages with a token",
      "account 444455556666 reach fetcher",
      "another account not-reach fetcher",
    ]);
  });
});
