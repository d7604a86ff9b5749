"""An OpenID provider on loopback, whose keys, documents and absence a test decides."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.support.tokens import encoded, in_base64

DISCOVERY = "/.well-known/openid-configuration"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
ALGORITHMS: dict[type, str] = {
    rsa.RSAPrivateKey: "RS256",
    ec.EllipticCurvePrivateKey: "ES256",
    ed25519.Ed25519PrivateKey: "EdDSA",
}


def new_keys() -> dict[str, Private]:
    """One of each kind, by the algorithm that it signs with."""
    return {
        "RS256": rsa.generate_private_key(65537, 2048),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    }


class Provider:
    """Answers from entry to exit; between `leave` and `come_back` nobody listens at its port."""

    def __init__(self, issuer: str | None = None) -> None:
        self.keys = new_keys()
        self.fetches = 0
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self._issuer = issuer

    def __enter__(self) -> Provider:
        self.come_back()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def documents(self) -> dict[str, Any]:
        return {
            DISCOVERY: {"issuer": self._issuer or self.url, "jwks_uri": f"{self.url}/jwks"},
            "/jwks": {"keys": [jwk(id, key) for id, key in self.keys.items()]},
        }

    def come_back(self) -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                document = provider.documents.get(self.path)
                provider.fetches += self.path == "/jwks"
                body = json.dumps(document).encode()
                self.send_response(200 if document else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """A test reads what the system logs."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def leave(self) -> None:
        server, self._server = self._server, None
        if server:
            server.shutdown()
            server.server_close()

    def claims(self, **changes: object) -> dict[str, object]:
        """Those of a token that is good for an hour; a change to None leaves one out."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": "shop", "sub": "ada", "iat": now, "exp": now + 3600, **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, kid: str = "RS256", **changes: object) -> str:
        key = self.keys[kid]
        return signed(key, {"alg": algorithm_of(key), "kid": kid}, self.claims(**changes))


def algorithm_of(key: Private) -> str:
    return next(name for kind, name in ALGORITHMS.items() if isinstance(key, kind))


def signed(key: Private, header: dict[str, object], claims: dict[str, object]) -> str:
    body = f"{encoded({'typ': 'JWT', **header})}.{encoded(claims)}"
    return f"{body}.{in_base64(_signature(key, body.encode()))}"


def jwk(id: str, key: Private) -> dict[str, str]:
    """The public half, as a key set has it."""
    common = {"kid": id, "use": "sig"}
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {
            **common,
            "kty": "RSA",
            "alg": "RS256",
            "n": _number(numbers.n, 256),
            "e": _number(numbers.e, 3),
        }
    if isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        return {**common, "kty": "EC", "crv": "P-256", "x": _number(point.x, 32), "y": _number(point.y, 32)}
    return {**common, "kty": "OKP", "crv": "Ed25519", "x": in_base64(key.public_key().public_bytes_raw())}


def _signature(key: Private, body: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(body, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        numbers = decode_dss_signature(key.sign(body, ec.ECDSA(hashes.SHA256())))
        return b"".join(each.to_bytes(32, "big") for each in numbers)
    return key.sign(body)


def _number(value: int, size: int) -> str:
    return in_base64(value.to_bytes(size, "big"))
