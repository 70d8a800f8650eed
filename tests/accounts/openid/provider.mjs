// An OpenID provider in the shape of ProConnect, for the tests: signed userinfo, PKCE demanded, a level of authentication.
// Prints its address; ends with its standard input. Arguments: where the application may be, as origins.

import http from "node:http";
import { Provider } from "oidc-provider";

const origins = process.argv.slice(2);
const page = (uid) => `<!DOCTYPE html><html lang="fr"><title>Fournisseur</title><body><h1>Fournisseur d’identité</h1>
<form method="post" action="/interaction/${uid}"><label>Identifiant <input name="login"></label>
<label>Niveau <input name="acr" value="eidas1"></label><button>Continuer</button></form></body></html>`;

const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "forprev",
        client_secret: "secret-du-client",
        redirect_uris: origins.map((origin) => `${origin}/connexion/openid/retour`),
        post_logout_redirect_uris: origins.map((origin) => `${origin}/connexion`),
        userinfo_signed_response_alg: "RS256",
      },
    ],
    pkce: { required: () => true },
    scopes: ["openid", "given_name", "usual_name", "email", "uid", "siret"],
    claims: {
      acr: null,
      openid: ["sub"],
      given_name: ["given_name"],
      usual_name: ["usual_name"],
      email: ["email"],
      uid: ["uid"],
      siret: ["siret"],
    },
    acrValues: ["eidas1", "eidas2"],
    features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        given_name: "Antoine",
        usual_name: "Grisset",
        email: `${id}@ministere.test`,
        uid: id,
        siret: "21920075500011",
      }),
    }),
    cookies: { keys: ["clé des essais"] },
    ttl: { Session: 3600, Interaction: 3600, Grant: 3600, AccessToken: 600, IdToken: 600 },
  });

  async function interact(request, response) {
    const { uid, params } = await provider.interactionDetails(request, response);
    if (request.method === "GET") {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(page(uid));
      return;
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const typed = new URLSearchParams(body);
    const grant = new provider.Grant({ accountId: typed.get("login"), clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const result = {
      login: { accountId: typed.get("login"), acr: typed.get("acr"), remember: false },
      consent: { grantId: await grant.save() },
    };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  const callback = provider.callback();
  server.on("request", (request, response) => {
    if (request.url.startsWith("/interaction/")) {
      interact(request, response).catch((error) => {
        response.statusCode = 500;
        response.end(String(error));
      });
    } else {
      callback(request, response);
    }
  });
  console.log(issuer);
});

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
