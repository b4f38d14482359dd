import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificates {
  /** File of the authority that signed {@link trusted}. */
  readonly authority: string;
  /** For all APIs of the Region, as the endpoint has it. */
  readonly trusted: { readonly key: Buffer; readonly cert: Buffer };
  /** For the same names, but nobody vouches for it. */
  readonly forged: { readonly key: Buffer; readonly cert: Buffer };
}

/** Makes an authority and certificates for `*.execute-api.REGION.amazonaws.com` in a folder. */
export function makeCertificates(folder: string, region: string): Certificates {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const authority = (name: string) =>
    openssl(
      "req",
      "-x509",
      ...newKey,
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
      "-keyout",
      at(`${name}.key`),
      "-out",
      at(`${name}.pem`),
    );
  writeFileSync(at("names.cnf"), `subjectAltName=DNS:*.execute-api.${region}.amazonaws.com`);
  const signed = (name: string, by: string) => {
    openssl(
      "req",
      ...newKey,
      "-subj",
      `/CN=${name}`,
      "-keyout",
      at(`${name}.key`),
      "-out",
      at(`${name}.csr`),
    );
    openssl(
      "x509",
      "-req",
      "-in",
      at(`${name}.csr`),
      "-CA",
      at(`${by}.pem`),
      "-CAkey",
      at(`${by}.key`),
      "-CAcreateserial",
      "-days",
      "2",
      "-extfile",
      at("names.cnf"),
      "-out",
      at(`${name}.pem`),
    );
    return { key: readFileSync(at(`${name}.key`)), cert: readFileSync(at(`${name}.pem`)) };
  };
  authority("authority");
  authority("stranger");
  return {
    authority: at("authority.pem"),
    trusted: signed("endpoint", "authority"),
    forged: signed("forged", "stranger"),
  };
}
