// A receiver of webhooks, as its author would write it with the packages standardwebhooks and cloudevents.
// Reads commands from standard input, a JSON object a line; writes a line for each call before it answers.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";

const state = { secrets: [], status: 200, headers: {}, body: "", failing: 0, hang: false };

function verify(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function parse(headers, body) {
  try {
    return { event: HTTP.toEvent({ headers, body }).toJSON() };
  } catch (error) {
    return { error: error.message };
  }
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", chunk => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    const status = Math.random() < state.failing ? 500 : state.status;
    console.log(JSON.stringify({
      id: request.headers["webhook-id"],
      signatures: request.headers["webhook-signature"]?.split(" ").length ?? 0,
      verified: state.secrets.map(secret => verify(secret, body, request.headers)),
      path: request.url,
      answered: state.hang ? null : status,
      ...parse(request.headers, body),
    }));
    if (!state.hang)
      response.writeHead(status, state.headers).end(state.body);
  });
});

server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));

createInterface({ input: process.stdin })
  .on("line", line => {
    Object.assign(state, JSON.parse(line));
    console.log(JSON.stringify({ ready: true }));
  })
  .on("close", () => process.exit());
