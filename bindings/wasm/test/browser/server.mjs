// A file server for tests: this machine only, the right types, and the strictest policy that a page can have.
// It must never know what the pages do.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".jsonl": "text/plain; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".toml": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'";

/**
 * Serves folders below addresses, such as `{ "/pkg/": "/home/me/affil/bindings/wasm/pkg" }`, and data that lies in no
 * file, by its address. Answers the server's origin and a function that stops it.
 */
export async function serve(folders, data = {}) {
  const server = createServer(async (request, response) => {
    if (request.url === "/favicon.ico") {
      // Every browser asks for it; a missing one would show up as an error of the page.
      response.writeHead(204).end();
      return;
    }
    if (Object.hasOwn(data, request.url ?? "")) {
      response.writeHead(200, { "Content-Type": TYPES[".json"] }).end(JSON.stringify(data[request.url]));
      return;
    }
    const path = locate(folders, request.url ?? "/");
    const type = path === undefined ? undefined : TYPES[extname(path)];
    const found = type !== undefined && (await stat(path).then((entry) => entry.isFile(), () => false));
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": type,
      "Content-Security-Policy": POLICY,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
    createReadStream(path).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function locate(folders, address) {
  const path = decodeURIComponent(new URL(address, "http://127.0.0.1").pathname);
  const prefix = Object.keys(folders).find((candidate) => path.startsWith(candidate));
  if (prefix === undefined) return undefined;
  const below = normalize(path.slice(prefix.length));
  return below.startsWith("..") || below.startsWith(sep) ? undefined : join(folders[prefix], below);
}
