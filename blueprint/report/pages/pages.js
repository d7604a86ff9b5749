"use strict";

const place = document.getElementById("swagger");
const form = document.getElementById("login");
const logout = document.getElementById("logout");
const statusLine = document.getElementById("status");
const { scheme } = place.dataset;
// Of this system and this tab: another project may have the same port tomorrow.
const key = form && `token of ${form.dataset.system}`;
let ui;

/** Send the token with each request from now on. */
function useToken(token) {
  sessionStorage.setItem(key, token);
  ui.preauthorizeApiKey(scheme, token);
  showLogin(true, "Logged in: requests are sent with your token.");
}

function forgetToken(text) {
  sessionStorage.removeItem(key);
  ui.authActions.logout([scheme]);
  showLogin(false, text);
}

function showLogin(isLoggedIn, text) {
  form.hidden = isLoggedIn;
  logout.hidden = !isLoggedIn;
  statusLine.textContent = text;
}

async function logIn(event) {
  event.preventDefault();
  statusLine.textContent = "";
  const response = await fetch(form.dataset.path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  const answer = await response.json().catch(() => ({}));
  if (answer.access_token) {
    form.reset();
    useToken(answer.access_token);
  } else {
    statusLine.textContent = answer.detail || `The login answers ${response.status}.`;
  }
}

/** A login that is made in Swagger UI counts too, and a token that is refused does not any more. */
function watchLogin(response) {
  const path = new URL(response.url, location.href).pathname;
  if (path === form.dataset.path && response.ok) {
    const token = JSON.parse(response.text || "{}").access_token;
    if (token) useToken(token);
  } else if (response.status === 401 && sessionStorage.getItem(key)) {
    forgetToken("The token is not accepted any more: log in again.");
  }
  return response;
}

/** A token of an OpenID provider is sent like any other one, but Swagger UI has no field for it. */
function withBearerTokens(spec) {
  for (const each of Object.values(spec.components?.securitySchemes ?? {})) {
    if (each.type === "openIdConnect") {
      delete each.openIdConnectUrl;
      Object.assign(each, { type: "http", scheme: "bearer", bearerFormat: "JWT" });
    }
  }
  return spec;
}

async function start() {
  const response = await fetch("/openapi.json");
  if (!response.ok) {
    statusLine.textContent = `/openapi.json answers ${response.status}: run blueprint openapi in the project.`;
    return;
  }
  ui = SwaggerUIBundle({
    spec: withBearerTokens(await response.json()),
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    responseInterceptor: (response) => (form ? watchLogin(response) : response),
    onComplete: () => {
      const token = form && sessionStorage.getItem(key);
      if (token) useToken(token);
    },
  });
}

form?.addEventListener("submit", logIn);
logout?.addEventListener("click", () => forgetToken("Logged out."));
start();
