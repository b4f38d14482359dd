import { expect } from "chai";
import fc from "fast-check";
import { planRoutes, type RouteSettings, routeKey } from "../../../components/front-door/routes.js";

const segment = fc.constantFrom(
  "a",
  "b",
  "pets",
  "pets-1",
  "v1",
  "petshop",
  ".well-known",
  "A",
  "x".repeat(60),
);
const path = fc.oneof(
  fc.constant(undefined),
  fc.constant("/"),
  fc.array(segment, { minLength: 1, maxLength: 2 }).map((parts) => `/${parts.join("/")}`),
);
const header = fc.option(
  fc.record({
    name: fc.constantFrom("x-api", "X-API", "x-team"),
    value: fc.constantFrom("pets", "Pets", "red"),
  }),
  { nil: undefined },
);
const route: fc.Arbitrary<RouteSettings> = fc.record({ path, header, stripPrefix: fc.boolean() });
const routes = fc.uniqueArray(route, { selector: routeKey, maxLength: 60 });

describe("planRoutes", () => {
  it("gives every route its own priority, between 100 and 50,000, and its own name", () => {
    fc.assert(
      fc.property(routes, (settings) => {
        const planned = planRoutes(settings);
        expect(planned).to.have.length(settings.length);
        const priorities = planned.map(({ priority }) => priority);
        expect(new Set(priorities).size).to.equal(settings.length);
        for (const priority of priorities) expect(priority).to.be.within(100, 49_999);
        const names = planned.map(({ name }) => name);
        expect(new Set(names).size).to.equal(settings.length);
        for (const name of names)
          expect(name)
            .to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/)
            .and.have.length.below(32);
      }),
    );
  });

  it("puts a header before none, then the longer path before the shorter", () => {
    fc.assert(
      fc.property(routes, (settings) => {
        const ranks = planRoutes(settings).map(({ header: own, path: prefix }) => [
          own === undefined ? 1 : 0,
          -(prefix === "/" ? 0 : prefix.length),
        ]);
        for (const [i, [first = 0, second = 0]] of ranks.entries()) {
          const [a = 0, b = 0] = ranks[i + 1] ?? [2, 0];
          expect(first < a || (first === a && second <= b), JSON.stringify(ranks)).to.equal(true);
        }
      }),
    );
  });

  it("does not depend on the order of the list", () => {
    fc.assert(
      fc.property(routes, (settings) => {
        expect(planRoutes(settings.toReversed())).to.deep.equal(planRoutes(settings));
      }),
    );
  });

  it("leaves routes of other lengths alone when a route comes or goes", () => {
    fc.assert(
      fc.property(routes, (settings) => {
        const [first, ...others] = settings;
        if (first === undefined) return;
        const isAlike = ({ path: prefix = "/", header: own }: RouteSettings) =>
          prefix.length === (first.path ?? "/").length &&
          (own === undefined) === (first.header === undefined);
        const before = new Map(planRoutes(others).map((planned) => [routeKey(planned), planned.priority]));
        for (const planned of planRoutes(settings)) {
          const old = before.get(routeKey(planned));
          if (old !== undefined && !isAlike(planned)) expect(planned.priority).to.equal(old);
        }
      }),
    );
  });

  it("leaves routes of the same length alone too, unless two hashes meet", () => {
    const named = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ path: `/service-${i + 10}`, stripPrefix: false }));
    const before = new Map(planRoutes(named(12)).map(({ path: prefix, priority }) => [prefix, priority]));
    for (const { path: prefix, priority } of planRoutes(named(13))) {
      expect(priority).to.equal(before.get(prefix) ?? priority);
    }
  });

  it("tells what a route leads to", () => {
    const api = { id: "a1b2c3d4e5", stage: "prod" };
    const targets = planRoutes([
      { path: "/messages", stripPrefix: false },
      { path: "/pets", api, stripPrefix: true },
      { path: "/direct", function: true, stripPrefix: false },
    ]).map(({ path: prefix, target, stripPrefix }) => [prefix, target, stripPrefix]);
    expect(targets).to.have.deep.members([
      ["/messages", { kind: "own-api" }, false],
      ["/pets", { kind: "api", ...api }, true],
      ["/direct", { kind: "function" }, false],
    ]);
  });
});
