// Sends CloudEvents with the SDK's emitters, and reads the feed with its parser: each line asks for one of it, and is answered with a line.
import { createInterface } from "node:readline";
import { CloudEvent, HTTP, Mode, emitterFor } from "cloudevents";

const [address, token] = process.argv.slice(2);
const authorization = `Bearer ${token}`;

async function post({ headers, body }) {
  const answer = await fetch(`${address}/cloudevents`, { method: "POST", headers: { ...headers, authorization }, body });
  return { status: answer.status, ...(await answer.json()) };
}

// JSON has no bytes: they come as an array of numbers.
const eventOf = ({ bytes, ...event }) => new CloudEvent(bytes ? { ...event, data: Uint8Array.from(bytes) } : event);

const does = {
  structured: ([event]) => emitterFor(post, { mode: Mode.STRUCTURED })(eventOf(event)),
  binary: ([event]) => emitterFor(post, { mode: Mode.BINARY })(eventOf(event)),
  batch: (events) => post({
    headers: { "content-type": "application/cloudevents-batch+json" },
    body: JSON.stringify(events.map((event) => eventOf(event).toJSON())),
  }),
  feed: async () => {
    const answer = await fetch(`${address}/events?type=cloud_event.received`, { headers: { authorization } });
    const { items } = await answer.json();
    return items.map((item) => {
      const event = HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body: JSON.stringify(item) });
      event.validate();
      return event.toJSON();
    });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { what, events } = JSON.parse(line);
  console.log(JSON.stringify(await does[what](events)));
}
