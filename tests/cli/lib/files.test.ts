import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { checkWritable, shownFrom, writeWhole } from "../../../cli/lib/files.js";

describe("files of a command", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "files-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are written whole, in new folders too, and leave nothing beside them", () => {
    const file = join(folder, "new", "report.json");
    checkWritable(file);
    expect(existsSync(join(folder, "new")), "the check writes nothing").to.equal(false);
    writeWhole(file, "{}");
    writeWhole(file, "[]\n");
    expect(readFileSync(file, "utf8")).to.equal("[]\n");
    expect(readdirSync(join(folder, "new"))).to.deep.equal(["report.json"]);
  });

  it("are written through a link, and into a device", () => {
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    writeFileSync(file, "old");
    symlinkSync(file, link);
    writeWhole(link, "new");
    expect(readFileSync(file, "utf8")).to.equal("new\n");
    expect(readdirSync(folder)).to.have.members(["file", "link"]);
    checkWritable("/dev/null");
    writeWhole("/dev/null", "nothing");
    expect(existsSync("/dev/null")).to.equal(true);
  });

  it("are refused if they are folders, or in what is no folder", () => {
    mkdirSync(join(folder, "is-a-folder"));
    writeFileSync(join(folder, "is-a-file"), "");
    expect(() => checkWritable(join(folder, "is-a-folder"))).to.throw(/is-a-folder is a folder/);
    for (const path of [join("is-a-file", "x.json"), join("is-a-file", "deep", "x.json")])
      expect(() => checkWritable(join(folder, path))).to.throw(/cannot be written/);
  });

  it("are shown as the user would write them", () => {
    expect(shownFrom("/project", "/project/report/index.html")).to.equal("report/index.html");
    expect(shownFrom("/project/docs", "/project/report/index.html")).to.equal("../report/index.html");
    expect(shownFrom("/home/me", "/project/report/index.html")).to.equal("/project/report/index.html");
  });
});
