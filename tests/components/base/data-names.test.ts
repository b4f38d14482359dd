import { expect } from "chai";
import { clusterNameOf, tableNameOf } from "../../../components/base/data-names.js";
import { DataRetention } from "../../../components/base/data-retention.js";
import { TARGET } from "../../support/components.js";

const OWNER = { project: "orders", stack: "eu-prod" };
const ARN = (service: string, rest: string) =>
  `arn:aws:${service}:${TARGET.region}:${TARGET.accountId}:${rest}`;

const namesWith = (found: readonly string[], owner = OWNER) => {
  const args = { data: new DataRetention(true, found), target: TARGET };
  return [tableNameOf("messages", args, owner), clusterNameOf("database", args, owner)];
};

describe("names of what holds data", () => {
  it("have a hash if another stack could have the same name", () => {
    const [table, cluster] = namesWith([]);
    expect(table).to.match(/^orders-eu-prod-[0-9a-f]{8}-messages$/);
    expect(cluster).to.match(/^orders-eu-prod-[0-9a-f]{8}-database$/);
  });

  it("stay as an earlier version made them, because another name would be empty", () => {
    const found = [
      ARN("dynamodb", "table/orders-eu-prod-messages"),
      ARN("rds", "cluster:orders-eu-prod-database"),
    ];
    expect(namesWith(found)).to.deep.equal(["orders-eu-prod-messages", "orders-eu-prod-database"]);
    const capitals = { project: "Orders", stack: "eu_Prod" };
    expect(namesWith([ARN("rds", "cluster:orders-eu-prod-database")], capitals)[1]).to.equal(
      "orders-eu-prod-database",
    );
  });

  it("do not follow what only looks alike, in another Region or of another kind", () => {
    const other = [
      `arn:aws:dynamodb:us-east-1:${TARGET.accountId}:table/orders-eu-prod-messages`,
      ARN("sqs", "orders-eu-prod-messages"),
    ];
    expect(namesWith(other)[0]).to.match(/-[0-9a-f]{8}-messages$/);
  });
});
