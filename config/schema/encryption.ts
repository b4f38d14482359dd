import { z } from "zod";
import { keyArn } from "./shared.js";

export const kmsKeySchema = z
  .union([z.literal(false), z.literal("create"), keyArn], {
    error: "Write false, create, or a key's ARN, such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-….",
  })
  .default(false)
  .meta({
    description:
      "The customer managed key that encrypts what the stack stores: log groups, variables, queues, topics, tables, the code bucket, SecureStrings and the database (docs/encryption.md). create makes one; the owner of an existing one has to admit the stack. With false AWS's own keys encrypt, which are free. For a database, a change replaces the cluster.",
    cost: "$1 a month for a new key, and $0.03 per 10,000 requests.",
  });
