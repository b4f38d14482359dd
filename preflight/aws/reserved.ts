import { type Cidr, ipv4Block } from "./cidr.js";

/**
 * Blocks that no VPC can have, with their use.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
export const RESERVED_BLOCKS: readonly { readonly block: Cidr; readonly use: string }[] = [
  { block: ipv4Block("0.0.0.0/8"), use: "this network" },
  { block: ipv4Block("127.0.0.0/8"), use: "loopback" },
  {
    block: ipv4Block("169.254.0.0/16"),
    use: "link-local addresses, such as AWS's own time and metadata services",
  },
  { block: ipv4Block("198.19.0.0/16"), use: "AWS's own services" },
  { block: ipv4Block("224.0.0.0/4"), use: "multicast" },
  { block: ipv4Block("240.0.0.0/4"), use: "the future" },
];

/** Docker's block on the hosts of some services, such as Cloud9 and SageMaker. They cannot reach such a VPC. */
export const DOCKER_BLOCK = ipv4Block("172.17.0.0/16");

/** Addresses that networks behind a carrier's NAT share (RFC 6598). Nobody owns them, so they hide nobody. */
export const SHARED_BLOCK = ipv4Block("100.64.0.0/10");

/**
 * Words that PostgreSQL reserves, so that RDS refuses them as a name.
 * @see https://www.postgresql.org/docs/current/sql-keywords-appendix.html
 */
const KEY_WORDS =
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
  create current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc
  distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral
  leading limit localtime localtimestamp not null offset on only or order placing primary references returning select
  session_user some symmetric system_user table then to trailing true union unique user using variadic when where
  window with`.split(/\s+/);

const ADMINISTRATORS = ["admin", "rdsadmin"];

/** Names of databases that exist in every cluster, or that RDS refuses. In small letters. */
export const RESERVED_DATABASES: ReadonlySet<string> = new Set([
  ...ADMINISTRATORS,
  "template0",
  "template1",
  ...KEY_WORDS,
]);

/**
 * Names of users that RDS or PostgreSQL has for itself. In small letters.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html
 */
const RESERVED_USERS: ReadonlySet<string> = new Set([
  ...ADMINISTRATORS,
  "none",
  "public",
  "rdsproxyadmin",
  "rdsrepladmin",
  "rdstopmgr",
  "rdswriteforwarduser",
  ...KEY_WORDS,
]);

/** Whether RDS or PostgreSQL has a user's name for itself: `rdsadmin`, `rds_superuser`, `pg_monitor`, `user`. */
export function isReservedUser(name: string): boolean {
  const small = name.toLowerCase();
  return /^(pg_|rds_)/.test(small) || RESERVED_USERS.has(small);
}
