"""The smallest applications of Node.js that restart when a file is saved: one bare, one of Nest."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

_SERVER = """\
import http from "node:http";
import { route } from "./route.mjs";

http
  .createServer((request, response) => {
    response.writeHead(["/", route].includes(request.url) ? 200 : 404);
    response.end();
  })
  .listen(Number(process.env.PORT), "127.0.0.1");
"""
_ROUTE = 'export const route = "{path}";\n'
_MAIN = """\
import { NestFactory } from "@nestjs/core";
import { Module } from "@nestjs/common";
import { Routes } from "./routes";

@Module({ controllers: [Routes] })
class App {}

NestFactory.create(App).then((app) => app.listen(Number(process.env.PORT), "127.0.0.1"));
"""
_CONTROLLER = """\
import {{ Controller, Get }} from "@nestjs/common";

@Controller()
export class Routes {{
  @Get()
  ready() {{
    return "ready";
  }}

  @Get("{path}")
  isNew() {{
    return "new";
  }}
}}
"""
_PACKAGES = ("core", "common", "platform-express", "cli")
_OTHERS = ("reflect-metadata", "rxjs", "typescript@5", "@types/node@20")
_OPTIONS = {
    "module": "commonjs",
    "target": "es2022",
    "outDir": "dist",
    "rootDir": "src",
    "experimentalDecorators": True,
    "emitDecoratorMetadata": True,
    "skipLibCheck": True,
    "incremental": True,
}


def node_app(folder: Path) -> tuple[list[str], Path, str]:
    """The command, the file to save, and its content with `{path}` for a route."""
    _write(folder / "server.mjs", _SERVER)
    _write(folder / "route.mjs", _ROUTE.format(path="/first"))
    return ["node", "--watch", "server.mjs"], folder / "route.mjs", _ROUTE


def nest_app(folder: Path) -> tuple[list[str], Path, str]:
    """The same; installs the packages."""
    _write(folder / "package.json", json.dumps({"name": "app", "private": True}))
    _write(folder / "nest-cli.json", json.dumps({"sourceRoot": "src"}))
    _write(folder / "tsconfig.json", json.dumps({"compilerOptions": _OPTIONS, "include": ["src"]}))
    _write(folder / "src/main.ts", _MAIN)
    _write(folder / "src/routes.ts", _CONTROLLER.format(path="/first"))
    packages = [*(f"@nestjs/{name}@11" for name in _PACKAGES), *_OTHERS]
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", *packages], cwd=folder, check=True
    )
    return ["node_modules/.bin/nest", "start", "--watch"], folder / "src/routes.ts", _CONTROLLER


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
