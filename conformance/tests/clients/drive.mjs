// Makes the calls on standard input with openai-node, one after the other, and prints what came of each as JSON.
//
//   node drive.mjs FOLDER < calls.json > results.json
//
// FOLDER is where the package `openai` is installed. A call is {name, base_url, method, params, headers}; the gateway
// sees its name in the header x-call. In place of a file, `params` has {file, as, name, type}: `file` is a path, `as`
// one of WAYS. A result is {answer}, {events}, or {error: {name, message, status, param, body}}.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const { OpenAI, toFile } = createRequire(path.join(path.resolve(process.argv[2]), "here.cjs"))("openai");

const WAYS = {
  stream: ({ file }) => fs.createReadStream(file),
  buffer: ({ file, name, type }) => toFile(fs.readFileSync(file), name, { type }),
  read: ({ file, name, type }) => toFile(fs.createReadStream(file), name, { type }),
  response: ({ file, type }) => new Response(fs.readFileSync(file), { headers: { "content-type": type } }),
};

async function withFiles(value) {
  if (Array.isArray(value)) return Promise.all(value.map(withFiles));
  if (value === null || typeof value !== "object") return value;
  if ("file" in value) return WAYS[value.as](value);
  const made = {};
  for (const [key, item] of Object.entries(value)) made[key] = await withFiles(item);
  return made;
}

async function outcome(call) {
  const client = new OpenAI({ apiKey: "any", baseURL: call.base_url, maxRetries: 0 });
  try {
    const params = await withFiles(call.params);
    const answer = await client.images[call.method](params, { headers: { ...call.headers, "x-call": call.name } });
    if (!params.stream) return { answer };
    const events = [];
    for await (const event of answer) events.push(event);
    return { events };
  } catch (error) {
    const { message, status, param, error: body } = error;
    return { error: { name: error.constructor.name, message, status, param, body } };
  }
}

const results = {};
for (const call of JSON.parse(fs.readFileSync(0, "utf8"))) results[call.name] = await outcome(call);
process.stdout.write(JSON.stringify(results));
