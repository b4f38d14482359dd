import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PROJECT_FOLDER } from "../../../cli/lib/project-folder.js";
import { bundle } from "../../../components/function/bundle.js";
import { isRecord } from "../../../preflight/resources/read.js";

const ENTRY = "handlers/fetch-parameters/index.ts";

/** Texts of a bundle's files, by name. */
async function filesOf(entry: string, runtime = "nodejs24.x"): Promise<Map<string, string>> {
  const { assets } = bundle(entry, runtime).code;
  const files = new Map<string, string>();
  for (const [name, asset] of Object.entries(await assets)) {
    const text: unknown = isRecord(asset) ? await asset.text : undefined;
    files.set(name, String(text));
  }
  return files;
}

describe("bundle", () => {
  let folder: string;
  let code: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "bundle-"));
    code = (await filesOf(ENTRY)).get("index.js") ?? "";
  });
  after(() => rmSync(folder, { recursive: true }));

  it("creates one file, which the handler's name refers to", async () => {
    expect([...(await filesOf(ENTRY)).keys()]).to.deep.equal(["index.js"]);
    expect(bundle(ENTRY, "nodejs24.x").handler).to.equal("index.handler");
  });

  it("creates the same bytes for the same sources, so that nothing is updated without a change", async () => {
    expect((await filesOf(ENTRY)).get("index.js")).to.equal(code);
  });

  it("rebuilds if the entry or an imported file changes, even at the same size", async () => {
    const entry = join(folder, "changing.ts");
    const imported = join(folder, "imported.ts");
    const made = async () => (await filesOf(entry)).get("index.js");
    writeFileSync(imported, 'export const word = "one";\n');
    writeFileSync(
      entry,
      'import { word } from "./imported";\nexport const handler = () => [word, "first"];\n',
    );
    expect(await made())
      .to.contain("one")
      .and.to.contain("first");
    writeFileSync(imported, 'export const word = "two";\n');
    expect(await made())
      .to.contain("two")
      .and.to.contain("first");
    writeFileSync(
      entry,
      'import { word } from "./imported";\nexport const handler = () => [word, "other"];\n',
    );
    expect(await made())
      .to.contain("two")
      .and.to.contain("other");
    rmSync(imported);
    expect(() => bundle(entry, "nodejs24.x")).to.throw("imported");
  });

  it("rebuilds for another runtime", async () => {
    const entry = join(folder, "by-runtime.ts");
    writeFileSync(entry, "export const handler = (a) => { a.b ??= 1; return a; };\n");
    const at14 = await filesOf(entry, "nodejs14.x");
    expect((await filesOf(entry, "nodejs24.x")).get("index.js")).not.to.equal(at14.get("index.js"));
    expect(await filesOf(entry, "nodejs14.x")).to.deep.equal(at14);
  });

  it("contains no path or name of the machine that built it", () => {
    for (const place of [PROJECT_FOLDER, homedir(), tmpdir(), "sourceMappingURL"]) {
      expect(code.includes(place), place).to.equal(false);
    }
  });

  it("creates a CommonJS module that needs no other file and exports the handler", () => {
    const file = join(folder, "index.js");
    writeFileSync(file, code);
    const variables = { PARAMETER_PATH: "/messages", AWS_REGION: "eu-west-1" };
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, variables);
    try {
      const module: unknown = createRequire(import.meta.url)(file);
      expect(isRecord(module) && typeof module.handler).to.equal("function");
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it("creates less than a third of a plain handler with the SDK's client, built alike", () => {
    const plain = bundle("tools/bench/plain-handler.ts", "nodejs24.x");
    expect(Buffer.byteLength(code)).to.be.lessThan(plain.size / 3);
  });

  it("contains no operation of Parameter Store that the function does not call", () => {
    expect(code).to.contain("GetParametersByPath");
    for (const other of ["PutParameter", "AssociationAlreadyExists", "SendCommand"]) {
      expect(code.includes(other), other).to.equal(false);
    }
  });

  it("looks for credentials in the environment only", () => {
    expect(code).to.contain("AWS_SECRET_ACCESS_KEY");
    for (const elsewhere of [
      "sso_start_url",
      "credential_process",
      "web_identity_token_file",
      "169.254.170.2",
    ]) {
      expect(code.includes(elsewhere), elsewhere).to.equal(false);
    }
  });

  it("throws with file and line if the sources don't build", () => {
    const broken = join(folder, "broken.ts");
    writeFileSync(broken, "export const handler = ;\n");
    expect(() => bundle(broken, "nodejs24.x")).to.throw(/broken\.ts:1:\d+.*Unexpected/s);
    expect(() => bundle("handlers/nothing.ts", "nodejs24.x")).to.throw("handlers/nothing.ts");
  });
});
