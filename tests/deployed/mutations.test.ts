import { readFileSync } from "node:fs";
import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import type { ProofReport } from "../../preflight/report/model.js";
import { exportOf } from "../support/stack-export.js";
import { type Settings, synthesisOf } from "../support/stacks.js";
import { API } from "./mutations/api.js";
import { FRONT_DOOR, FRONT_DOOR_SETTINGS } from "./mutations/front-door.js";
import { type Exported, type Mutation, refreshed } from "./mutations/mutation.js";
import { NAT_INSTANCE } from "./mutations/nat-instance.js";
import { NETWORK } from "./mutations/network.js";
import { RICH } from "./mutations/rich.js";
import { DOMAIN, FRIENDS, SHARED } from "./mutations/shared.js";

// Exports of deployed stacks, of which one thing is changed in a way that AWS offers. A change that opens or breaks an
// intent and fails no proof would be a proof that says yes in error. The changes that fail none are the other side.
//
// prod.json is the shipped stack; rich.json has a database, a message store, an event pipeline, IPv6 and isolated
// subnets. Both come from `pulumi stack export` of an emulator's account, without the functions' code, the secrets and
// resources that no proof looks at (alarms, dashboards, responses of API methods). The emulator cannot make a private
// domain name with its association, and starts no instance with an existing network interface, so the stack that shares
// its API and the one with a NAT instance are synthesized, in the form of an export.

interface Export {
  readonly version: number;
  readonly deployment: { readonly resources: readonly Exported[] };
}

const SHARING = {
  api: {
    hardening: true,
    domains: {
      [DOMAIN]: {
        certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
      },
    },
    sharing: {
      vpcEndpoints: [FRIENDS.endpoint],
      vpcs: [FRIENDS.vpc],
      peers: {
        shop: {
          vpcId: "vpc-0b1c2d3e4f5061728",
          cidrBlock: "10.40.0.0/16",
          routeTableIds: ["rtb-0a1b2c3d4e5f60718"],
        },
      },
    },
  },
};

/** AWS offers no way to give a proxy a public address: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html */
const ALWAYS = ["internet not-reach database-proxy"];

const STACKS: readonly (readonly [stack: string, mutations: readonly Mutation[]])[] = [
  ["prod", [...API, ...NETWORK]],
  ["rich", RICH],
  ["shared", SHARED],
  ["nat", NAT_INSTANCE],
  ["door", FRONT_DOOR],
];

/** The stacks that no emulator deploys as they are, synthesized in the form of an export, with their settings. */
const SYNTHESIZED: ReadonlyMap<string, Settings> = new Map<string, Settings>([
  ["shared", SHARING],
  ["door", FRONT_DOOR_SETTINGS],
  ["nat", { vpc: { cidrBlock: "10.20.0.0/16", nat: "instance" }, endpoints: { ssm: false } }],
]);

for (const [stack, mutations] of STACKS) {
  describe(`proofReports of deployed ${stack} with one thing changed`, () => {
    let exported: Export;
    before(async () => {
      const settings = SYNTHESIZED.get(stack);
      const text =
        settings !== undefined
          ? JSON.stringify(exportOf(await synthesisOf("prod", settings)))
          : readFileSync(new URL(`./${stack}.json`, import.meta.url), "utf8");
      exported = JSON.parse(text);
    });
    const proofs = (edit: Mutation["edit"] = (all) => all): ProofReport[] => {
      const resources = refreshed(edit(exported.deployment.resources));
      return proofReports(
        graphFromResources(
          resourcesFromExport({ ...exported, deployment: { ...exported.deployment, resources } }),
        ),
      );
    };

    it("proves every intent if nothing is changed", () => {
      expect(proofs().filter(({ ok }) => !ok)).to.deep.equal([]);
    });

    it("has a change for every intent", () => {
      const all = SYNTHESIZED.has(stack) ? STACKS.flatMap(([, each]) => each) : mutations;
      const failing = [...ALWAYS, ...all.flatMap(({ fails }) => fails)];
      const missed = proofs().filter(({ id }) => !failing.some((text) => id.includes(text)));
      expect(missed.map(({ id }) => id)).to.deep.equal([]);
    });

    for (const { title, edit, fails, names } of mutations) {
      it(`${fails.length === 0 ? "still proves every intent" : "fails the affected proofs"} after ${title}`, () => {
        const failed = proofs(edit).filter(({ ok }) => !ok);
        const said = failed.map((proof) => `${proof.id}: ${blameOf(proof)}`).join("\n");
        for (const text of fails)
          expect(
            failed.some(({ id }) => id.includes(text)),
            `${text}\n${said}`,
          ).to.equal(true);
        expect(
          failed.filter(({ id }) => !fails.some((text) => id.includes(text))),
          said,
        ).to.deep.equal([]);
        for (const proof of failed) {
          expect(proof.failure?.fix).to.match(/\S/);
          if (names !== undefined) expect(blameOf(proof)).to.include(names);
        }
      });
    }
  });
}

/** The texts and resources that a failed proof blames, without the path that led there. */
function blameOf({ failure, verdict }: ProofReport): string {
  const at = verdict.status === "blocked" ? [verdict.at.name, verdict.by?.name] : [];
  return [...at, failure?.reason, failure?.fix].join(" ");
}
