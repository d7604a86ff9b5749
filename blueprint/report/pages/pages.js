"use strict";

const place = document.getElementById("swagger");
const { login, scheme } = place.dataset;

/** Keep the token that a login answers, so that the requests after it are sent with it. */
function rememberToken(response) {
  const path = new URL(response.url, location.href).pathname;
  if (login && scheme && path === login && response.ok) {
    const token = JSON.parse(response.text || "{}").access_token;
    if (token) {
      ui.preauthorizeApiKey(scheme, token);
      document.getElementById("login").textContent = "Logged in: requests are sent with your token.";
    }
  }
  return response;
}

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  domNode: place,
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  responseInterceptor: rememberToken,
});
