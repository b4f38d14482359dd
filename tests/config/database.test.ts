import { expect } from "chai";
import { parseConfig } from "../../config/index.js";
import { type Example, inMode, type Raw } from "./example.js";

const VALID: Raw = { networking: "vpc", function: { reservedConcurrency: 100 }, database: {} };

const issuesOf = (raw: Raw) =>
  (parseConfig(inMode(raw)).issues ?? []).map(({ key, value, fix }) => ({ key, value, fix }));

const EXAMPLES: readonly Example[] = [
  {
    title: "a database without a VPC",
    raw: { ...VALID, networking: "public" },
    key: "database",
    value: {},
    fix: "Set networking: vpc, or database: false.",
    fixed: VALID,
  },
  {
    title: "one zone, by number",
    raw: { ...VALID, vpc: { availabilityZones: 1 } },
    key: "vpc.availabilityZones",
    value: 1,
    fix: "Write 2 or more",
    fixed: { ...VALID, vpc: { availabilityZones: 2 } },
  },
  {
    title: "one zone, by name",
    raw: { ...VALID, vpc: { availabilityZones: ["eu-west-1a"] } },
    key: "vpc.availabilityZones",
    value: ["eu-west-1a"],
    fix: "Write 2 or more",
    fixed: { ...VALID, vpc: { availabilityZones: ["eu-west-1a", "eu-west-1c"] } },
  },
  {
    title: "a database without reserved concurrency",
    raw: { networking: "vpc", database: {} },
    key: "database",
    value: {},
    fix: "Set that to how many environments may run at once, 569 at most.",
    fixed: { ...VALID, function: { reservedConcurrency: 569 } },
  },
  {
    title: "more environments than connections",
    raw: { ...VALID, function: { reservedConcurrency: 570 } },
    key: "function.reservedConcurrency",
    value: 570,
    fix: "takes 823 connections, enough for 569 environments. Write 569 or less, or database.maximumCapacity: 8.",
    fixed: { ...VALID, function: { reservedConcurrency: 570 }, database: { maximumCapacity: 8 } },
  },
  {
    title: "a minimum capacity above the maximum",
    raw: { ...VALID, database: { minimumCapacity: 8, maximumCapacity: 4 } },
    key: "database.maximumCapacity",
    value: 4,
    fix: "Write 8 or more.",
    fixed: { ...VALID, database: { minimumCapacity: 8, maximumCapacity: 8 } },
  },
  {
    title: "a minimum capacity of 0, at which a database pauses",
    raw: { ...VALID, database: { minimumCapacity: 0 } },
    key: "database.minimumCapacity",
    value: 0,
    fix: "from 0.5 to 256",
    fixed: { ...VALID, database: { minimumCapacity: 0.5 } },
  },
  {
    title: "a capacity between the steps",
    raw: { ...VALID, database: { maximumCapacity: 4.2 } },
    key: "database.maximumCapacity",
    value: 4.2,
    fix: "in half steps",
    fixed: { ...VALID, database: { maximumCapacity: 4.5 } },
  },
  {
    title: "a name that PostgreSQL would have to quote",
    raw: { ...VALID, database: { name: "my-app" } },
    key: "database.name",
    value: "my-app",
    fix: "Write a letter, then letters, digits and _",
    fixed: { ...VALID, database: { name: "my_app" } },
  },
  {
    title: "a user whose secret is named without its ARN",
    raw: { ...VALID, database: { user: { name: "app_user", secretArn: "app-user" } } },
    key: "database.user.secretArn",
    value: "app-user",
    fix: "Write a secret's ARN",
    fixed: {
      ...VALID,
      database: {
        user: {
          name: "app_user",
          secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-user-AbCdEf",
        },
      },
    },
  },
  {
    title: "a key of the database that does not exist",
    raw: { ...VALID, database: { instance: 2 } },
    key: "database.instance",
    value: 2,
    fix: "Did you mean instances?",
    fixed: { ...VALID, database: { instances: 2 } },
  },
];

describe("parseConfig: database", () => {
  it("disables the database by default, and fills in its defaults if it is set", () => {
    const { config } = parseConfig({ networking: "vpc" });
    expect(config).to.have.property("database", false);
    const on = parseConfig(VALID).config;
    expect(on).to.have.property("database").that.deep.equals({
      name: "app",
      engineVersion: 17,
      minimumCapacity: 0.5,
      maximumCapacity: 4,
      instances: 1,
      backupRetentionInDays: 7,
      deletionProtection: true,
      finalSnapshot: true,
      logRetentionInDays: 30,
    });
  });

  it("accepts database: false outside a VPC and without any other requirement", () => {
    expect(issuesOf({ database: false })).to.deep.equal([]);
    expect(issuesOf({ networking: "vpc", vpc: { availabilityZones: 1 }, database: false })).to.deep.equal([]);
  });

  for (const { title, raw, key, value, fix, fixed } of EXAMPLES) {
    it(`rejects ${title} with one issue, whose fix makes the configuration valid`, () => {
      const [found, ...others] = issuesOf(raw);
      expect(others).to.deep.equal([]);
      expect(found?.key).to.equal(key);
      expect(found?.value).to.equal(JSON.stringify(value));
      expect(found?.fix).to.contain(fix);
      expect(issuesOf(fixed)).to.deep.equal([]);
    });
  }

  it("reports all mistakes about the database at once", () => {
    const found = issuesOf({ networking: "public", database: { minimumCapacity: 8 } });
    expect(found.map(({ key }) => key)).to.have.members(["database", "database", "database.maximumCapacity"]);
  });

  it("recommends a database capacity that is enough for function.reservedConcurrency", () => {
    const raw = { ...VALID, function: { reservedConcurrency: 900 } };
    expect(issuesOf(raw)[0]?.fix).to.contain("or database.maximumCapacity: 8.");
    expect(issuesOf({ ...raw, database: { maximumCapacity: 8 } })).to.deep.equal([]);
  });
});
