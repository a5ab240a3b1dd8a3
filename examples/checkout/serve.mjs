// Serves this example to this machine only, with the strictest policy a page can have: `node serve.mjs`, or with a port.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";

import { Plan } from "affil";

import { order } from "./order.mjs";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
};

// 'wasm-unsafe-eval' allows WebAssembly and nothing else: no inline script, no text turned into code.
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const here = new URL("./", import.meta.url);
const affil = new URL("./", import.meta.resolve("affil"));

// What a shop would know by the customer's session and its own books, whatever the page says.
const KNOWN = { affiliate: "ana", new_customer: false, so_far: "950.00" };

/** The file behind an address: this folder's, or below `/affil/` the installed package's. */
function locate(address) {
  const { pathname } = new URL(address, "http://localhost");
  const name = pathname === "/" ? "index.html" : pathname.slice(1);
  const [folder, file] = name.startsWith("affil/") ? [affil, name.slice("affil/".length)] : [here, name];
  // Only plain names, so that no address leads out of the two folders.
  return /^[a-z]+\.(css|html|js|json|wasm)$/.test(file) ? new URL(file, folder) : undefined;
}

/** Starts the server; a port of 0 is any free one. Answers it once it listens. */
export async function serve(port) {
  const plan = Plan.load(await readFile(new URL("plan.json", here), "utf8"));
  const server = createServer(async (request, response) => {
    if (request.url === "/order" && request.method === "POST") {
      await order(plan, KNOWN, request, response).catch(() => response.destroy());
      return;
    }
    const file = locate(request.url ?? "/");
    const bytes = file && (await readFile(file).catch(() => undefined));
    if (bytes === undefined) {
      // Every browser asks for an icon; there is none.
      response.writeHead(request.url === "/favicon.ico" ? 204 : 404).end();
      return;
    }
    response
      .writeHead(200, {
        "Content-Type": TYPES[extname(file.pathname)],
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
      })
      .end(bytes);
  });
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  return server;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const server = await serve(Number(process.argv[2] ?? 8080));
  console.log(`http://127.0.0.1:${server.address().port}/`);
}
