// Parses HTTP messages as CloudEvents, strictly. Each line of the input is one, as {"headers":{…},"body":"…"}; each line of the output is what
// was made of it: {"event":{…}}, or {"events":[…]} of a batch, or {"error":"…"}.
import { createInterface } from "node:readline";
import { HTTP } from "cloudevents";

function parse(line) {
  try {
    const parsed = HTTP.toEvent(JSON.parse(line));
    const events = Array.isArray(parsed) ? parsed : [parsed];
    // Parsing itself lets pass what breaks the specification.
    events.forEach((event) => event.validate());
    return Array.isArray(parsed) ? { events } : { event: parsed };
  } catch (error) {
    return { error: JSON.stringify(error.errors ?? error.message) };
  }
}

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(parse(line))}\n`);
