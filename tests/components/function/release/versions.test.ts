import { expect } from "chai";
import fc from "fast-check";
import {
  listVersions,
  type RollBackServices,
  rollBack,
} from "../../../../components/function/release/roll-back.js";
import { deleteOldVersions } from "../../../../components/function/release/update.js";
import {
  missingNeeds,
  type PublishedVersion,
  removableVersions,
} from "../../../../components/function/release/versions.js";

const LIVE: PublishedVersion = {
  version: "9",
  role: "arn:aws:iam::111122223333:role/fetcher",
  kmsKeyArn: "",
  subnetIds: ["subnet-a", "subnet-b"],
  securityGroupIds: ["sg-1"],
  variables: { PARAMETER_PATH: "/app", LOG_LEVEL: "info" },
  timeout: 20,
};
const like = (version: string, changes: Partial<PublishedVersion> = {}): PublishedVersion => ({
  ...LIVE,
  version,
  ...changes,
});
const OUTSIDE = { subnetIds: [], securityGroupIds: [] };

describe("missingNeeds", () => {
  const reasons = (changes: Partial<PublishedVersion>, live = LIVE) => missingNeeds(like("8", changes), live);

  it("finds none in a version that differs in what the stack does not give", () => {
    expect(reasons({})).to.deep.equal([]);
    expect(reasons({ variables: { PARAMETER_PATH: "/app", LOG_LEVEL: "debug" } })).to.deep.equal([]);
    expect(reasons({ subnetIds: ["subnet-a"] }), "a zone was added since").to.deep.equal([]);
  });

  const BROKEN: [string, Partial<PublishedVersion>, string][] = [
    ["another path", { variables: { PARAMETER_PATH: "/old" } }, "its PARAMETER_PATH is /old"],
    [
      "a database that is gone",
      { variables: { ...LIVE.variables, DATABASE_HOST: "db" } },
      "its DATABASE_HOST is db",
    ],
    ["a zone that is gone", { subnetIds: ["subnet-a", "subnet-c"] }, "it runs in subnet-c"],
    ["another security group", { securityGroupIds: ["sg-0"] }, "it runs in sg-0"],
    [
      "another role",
      { role: "arn:aws:iam::111122223333:role/old" },
      "its role is arn:aws:iam::111122223333:role/old",
    ],
    ["a key that is gone", { kmsKeyArn: "arn:key" }, "its variables are encrypted with arn:key"],
    [
      "variables that Lambda does not show",
      { variables: {}, unreadable: "no kms:Decrypt" },
      "its variables cannot be read: no kms:Decrypt",
    ],
    ["no VPC, though the live version has one", OUTSIDE, "it runs outside the VPC"],
  ];
  for (const [title, changes, reason] of BROKEN) {
    it(`finds ${title}`, () => {
      expect(reasons(changes)).to.deep.equal([reason]);
    });
  }

  it("finds a VPC that the stack no longer has", () => {
    expect(reasons({}, like("9", OUTSIDE))).to.deep.equal(["it runs in subnet-a, subnet-b, sg-1"]);
  });
});

/** Versions 1 to n, some of which would not work, some of which an alias names. */
const sets = fc
  .record({
    works: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
    named: fc.array(fc.nat(11), { maxLength: 3 }),
    live: fc.nat(11),
    keep: fc.nat(13),
  })
  .map(({ works, named, live, keep }) => {
    const at = live % works.length;
    const versions = works.map((does, i) =>
      like(String(i + 1), does || i === at ? {} : { variables: { PARAMETER_PATH: "/old" } }),
    );
    const name = (i: number) => String((i % works.length) + 1);
    return {
      set: {
        versions,
        named: [...named.map(name), name(at)],
        newest: String(works.length),
        live: name(at),
      },
      keep,
    };
  });

describe("removableVersions", () => {
  it("never removes a version that an alias names, or the newest one", () => {
    fc.assert(
      fc.property(sets, ({ set, keep }) => {
        const removed = removableVersions(set, keep);
        for (const version of [...set.named, set.newest]) expect(removed).not.to.include(version);
      }),
    );
  });

  it("keeps at most the number of the others, only those that work, and the newest of them", () => {
    fc.assert(
      fc.property(sets, ({ set, keep }) => {
        const removed = removableVersions(set, keep);
        const free = set.versions.filter(
          ({ version }) => version !== set.newest && !set.named.includes(version),
        );
        const kept = free.filter(({ version }) => !removed.includes(version));
        const usable = free.filter(({ variables }) => variables.PARAMETER_PATH === "/app");
        expect(kept.map(({ version }) => version)).to.deep.equal(
          usable.slice(Math.max(0, usable.length - keep)).map(({ version }) => version),
        );
      }),
    );
  });

  it("leaves none in the VPC if callers have left it, however many it keeps", () => {
    const versions = [like("1"), like("2"), like("3", OUTSIDE)];
    expect(removableVersions({ versions, named: ["3"], newest: "3", live: "3" }, 100)).to.deep.equal([
      "2",
      "1",
    ]);
  });

  it("sorts versions by number, not by text", () => {
    const versions = ["8", "9", "10", "11"].map((version) => like(version));
    expect(removableVersions({ versions, named: ["11"], newest: "11", live: "11" }, 1)).to.deep.equal([
      "9",
      "8",
    ]);
  });

  it("removes nothing if the live version is not found", () => {
    expect(removableVersions({ versions: [like("1")], named: [], newest: "2", live: "3" }, 0)).to.deep.equal(
      [],
    );
  });
});

describe("deleteOldVersions", () => {
  async function deleted(versions: readonly PublishedVersion[], left: string | undefined, keep = 0) {
    const log: string[] = [];
    await deleteOldVersions(
      {
        versionsOf: async () => versions,
        namedVersions: async () => ["9"],
        aliasOf: async () => ({ version: "9", weights: {} }),
        deleteVersion: async (_, version) => void log.push(`delete ${version}`),
      },
      { functionName: "fetcher", alias: "live", newest: "9", left, versionsToKeep: keep },
      async (milliseconds) => void log.push(`wait ${milliseconds}`),
    );
    return log;
  }

  it("waits for the calls that still run on the version that callers have just left", async () => {
    expect(await deleted([like("8"), LIVE], "8")).to.deep.equal(["wait 30000", "delete 8"]);
    expect(await deleted([like("8", { timeout: 900 }), LIVE], "8")).to.deep.equal([
      "wait 910000",
      "delete 8",
    ]);
    expect(await deleted([like("8"), LIVE], undefined)).to.deep.equal(["wait 30000", "delete 8"]);
  });

  it("does not wait for versions that callers left before", async () => {
    expect(await deleted([like("7"), like("8"), LIVE], "8", 1)).to.deep.equal(["delete 7"]);
    expect(await deleted([like("7"), LIVE], "9")).to.deep.equal(["delete 7"]);
    expect(await deleted([LIVE], undefined)).to.deep.equal([]);
  });
});

describe("rollBack", () => {
  const target = { functionName: "fetcher", alias: "live", newest: "9" };
  const group = { applicationName: "app", deploymentGroupName: "group" };
  const old = like("7", { variables: { PARAMETER_PATH: "/old" } });

  function services(active?: string) {
    const moved: string[] = [];
    const aws: RollBackServices = {
      versionsOf: async () => [old, like("8"), LIVE],
      aliasOf: async () => ({ version: "9", weights: {} }),
      activeDeployment: async () => active,
      pointAlias: async (_, __, version) => void moved.push(version),
    };
    return { aws, moved };
  }

  it("sends callers to a version that works", async () => {
    const { aws, moved } = services();
    await rollBack(aws, target, "8");
    expect(moved).to.deep.equal(["8"]);
  });

  const refused = async (version: string, to = target, active?: string) => {
    const { aws, moved } = services(active);
    const message = await rollBack(aws, to, version).then(String, ({ message }: Error) => message);
    expect(moved).to.deep.equal([]);
    return message;
  };

  it("refuses a version that would not work, with the reason and those that do", async () => {
    expect(await refused("7")).to.contain(
      "version 7 would not work: its PARAMETER_PATH is /old, unlike the version that callers have. Versions that work: 8.",
    );
  });

  it("refuses a version that is gone", async () => {
    expect(await refused("3")).to.contain("fetcher has no version 3. Versions that work: 8.");
  });

  it("refuses during a release, and says how to stop it", async () => {
    expect(await refused("8", { ...target, ...{ group } }, "d-1")).to.contain(
      "aws deploy stop-deployment --deployment-id d-1 --auto-rollback-enabled",
    );
  });

  it("lists the versions, newest first", async () => {
    expect(await listVersions(services().aws, target)).to.deep.equal([
      { version: "9", isLive: true, missing: [] },
      { version: "8", isLive: false, missing: [] },
      { version: "7", isLive: false, missing: ["its PARAMETER_PATH is /old"] },
    ]);
  });
});
