import { expect } from "chai";
import fc from "fast-check";
import { subscriptionNames } from "../../../components/monitoring/subscription-names.js";
import { build } from "../../support/stacks.js";

describe("subscriptionNames", () => {
  it("keeps the name of an address that nobody shares, as stacks have it that exist already", () => {
    expect([...subscriptionNames(["ops@example.com"])]).to.deep.equal([
      ["ops@example.com", "ops-example-com"],
    ]);
  });

  it("gives every address a name of its own", () => {
    const address = fc.stringMatching(/^[a-c._+-]{1,6}@[a-b.-]{1,4}$/);
    fc.assert(
      fc.property(fc.uniqueArray(address, { maxLength: 20 }), (emails) => {
        const names = subscriptionNames(emails);
        expect([...names.keys()]).to.deep.equal(emails);
        expect(new Set(names.values()).size).to.equal(emails.length);
      }),
    );
  });

  it("subscribes two people whose addresses differ in a dot only", async () => {
    const emails = ["a.b@example.com", "a-b@example.com"];
    const resources = await build("dev", { watching: { emails } });
    const subscribed = resources.ofType("sns/topicSubscription:TopicSubscription");
    expect(subscribed.map(({ properties }) => properties.endpoint)).to.have.members(emails);
  });
});
