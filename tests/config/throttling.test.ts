import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config/index.js";
import { inMode } from "./example.js";

interface Limits {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

interface Setting {
  readonly stage: Limits | undefined;
  readonly method: Limits | undefined;
  readonly plans: readonly { readonly plan: Limits; readonly inPlan: Limits | undefined }[];
}

/** A few values, so that limits are often equal or one apart. */
const limit = fc.integer({ min: 1, max: 6 });
const limits: fc.Arbitrary<Limits> = fc.record({ rateLimit: limit, burstLimit: limit });
const maybe = fc.option(limits, { nil: undefined });
const setting: fc.Arbitrary<Setting> = fc.record({
  stage: maybe,
  method: maybe,
  plans: fc.array(fc.record({ plan: limits, inPlan: maybe }), { minLength: 1, maxLength: 3 }),
});

const METHOD = "GET /messages";

function rawOf({ stage, method, plans }: Setting) {
  return {
    api: {
      ...(stage && { throttling: stage }),
      methods: { [METHOD]: { apiKeyRequired: true, ...(method && { throttling: method }) } },
      usagePlans: Object.fromEntries(
        plans.map(({ plan, inPlan }, i) => [
          `p${i}`,
          {
            keys: [`k${i}`],
            throttling: { ...plan, ...(inPlan && { methods: { [METHOD]: inPlan } }) },
          },
        ]),
      ),
    },
  };
}

/** Every configured limit, with the limits that apply to the same calls and more. */
function pairs({ stage, method, plans }: Setting): [string, Limits | undefined, (Limits | undefined)[]][] {
  return [
    [`api.methods["${METHOD}"].throttling`, method, [stage]],
    ...plans.flatMap(({ plan, inPlan }, i): [string, Limits | undefined, (Limits | undefined)[]][] => [
      [`api.usagePlans.p${i}.throttling`, plan, [stage]],
      [`api.usagePlans.p${i}.throttling.methods["${METHOD}"]`, inPlan, [plan, method, stage]],
    ]),
  ];
}

const NAMES = ["rateLimit", "burstLimit"] as const;

function neverReached(setting: Setting): string[] {
  return pairs(setting).flatMap(([key, own, wider]) =>
    NAMES.filter(
      (name) => own !== undefined && wider.some((one) => one !== undefined && own[name] > one[name]),
    ).map((name) => `${key}.${name}`),
  );
}

const issuesOf = (setting: Setting) => parseConfig(inMode(rawOf(setting))).issues ?? [];

describe("parseConfig with arbitrary limits of stage, methods and usage plans", () => {
  it("rejects exactly the limits that can never be reached", () => {
    fc.assert(
      fc.property(setting, (any) => {
        expect(issuesOf(any).map(({ key }) => key)).to.have.members(neverReached(any));
      }),
      { numRuns: 2000 },
    );
  });

  it("accepts limits after each is reduced to its fix", () => {
    fc.assert(
      fc.property(setting, (any) => {
        const most = new Map(
          issuesOf(any).map(({ key, fix }) => [key, Number(/at most (\d+)/.exec(fix)?.[1])]),
        );
        const fixed = (key: string, own: Limits): Limits => ({
          rateLimit: most.get(`${key}.rateLimit`) ?? own.rateLimit,
          burstLimit: most.get(`${key}.burstLimit`) ?? own.burstLimit,
        });
        const once: Setting = {
          stage: any.stage,
          method: any.method && fixed(`api.methods["${METHOD}"].throttling`, any.method),
          plans: any.plans.map(({ plan, inPlan }, i) => ({
            plan: fixed(`api.usagePlans.p${i}.throttling`, plan),
            inPlan: inPlan && fixed(`api.usagePlans.p${i}.throttling.methods["${METHOD}"]`, inPlan),
          })),
        };
        expect(issuesOf(once)).to.deep.equal([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives the same issues for any order of usage plans", () => {
    fc.assert(
      fc.property(setting, (any) => {
        const { usagePlans, ...api } = rawOf(any).api;
        const reversed = Object.fromEntries(Object.entries(usagePlans).reverse());
        const { issues = [] } = parseConfig(inMode({ api: { ...api, usagePlans: reversed } }));
        expect(issues.map(({ key }) => key)).to.have.members(issuesOf(any).map(({ key }) => key));
      }),
    );
  });
});

describe("parseConfig: the stage's limits", () => {
  const stageOf = (raw: Record<string, unknown>) => parseConfig(raw).config?.api.throttling;
  const VPC = { networking: "vpc" };

  it("are low for an API that the internet calls, whatever the networking, unless they are written", () => {
    const low = { rateLimit: 100, burstLimit: 50 };
    expect(stageOf({ networking: "public" })).to.deep.equal(low);
    expect(stageOf({ networking: "public", api: { endpointType: "EDGE" } })).to.deep.equal(low);
    expect(stageOf({ ...VPC, api: { endpointType: "REGIONAL" } })).to.deep.equal(low);
    expect(stageOf({ networking: "public", api: { throttling: false } })).to.equal(false);
    const own = { rateLimit: 7, burstLimit: 3 };
    expect(stageOf({ networking: "public", api: { throttling: own } })).to.deep.equal(own);
  });

  it("are the account's for a private API", () => {
    expect(stageOf(VPC)).to.equal(false);
  });

  it("bound a method's limits by default too", () => {
    const methods = { "GET /messages": { throttling: { rateLimit: 150, burstLimit: 50 } } };
    const { issues = [] } = parseConfig({ networking: "public", api: { methods } });
    expect(issues.map(({ key, fix }) => [key, fix])).to.deep.equal([
      [
        'api.methods["GET /messages"].throttling.rateLimit',
        "api.throttling.rateLimit lets 100 through. Write at most 100, or a larger api.throttling.rateLimit.",
      ],
    ]);
    expect(parseConfig({ ...VPC, api: { methods } }).issues).to.equal(undefined);
  });
});
