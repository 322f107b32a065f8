// A door in front of a gate, for clients that know neither TLS to a proxy nor SOCKS.
//   door.mjs tls LISTEN-PORT GATE-PORT     passes octets on within TLS
//   door.mjs socks LISTEN-PORT GATE-PORT   makes of a CONNECT the same request of SOCKS5, and of the reply a 200 or 403
import net from "node:net";
import tls from "node:tls";

const [mode, listen, gate] = process.argv.slice(2);
const join = (a, b) => {
  a.pipe(b);
  b.pipe(a);
  a.on("error", () => b.destroy());
  b.on("error", () => a.destroy());
  a.on("close", () => b.destroy());
  b.on("close", () => a.destroy());
};

function throughTls(client) {
  client.pause();
  const up = tls.connect({ port: +gate, host: "127.0.0.1", rejectUnauthorized: false, allowHalfOpen: true }, () => join(client, up));
  up.on("error", () => client.destroy());
}

// The host is the client's own octets, whatever they are: the gate has to judge them.
function throughSocks(client) {
  let seen = Buffer.alloc(0);
  const head = chunk => {
    seen = Buffer.concat([seen, chunk]);
    const end = seen.indexOf("\r\n\r\n");
    if (end < 0) return;
    client.off("data", head);
    client.pause();
    const target = seen.subarray(0, end).toString("latin1").split(" ")[1] ?? "";
    const colon = target.lastIndexOf(":");
    const host = Buffer.from(target.slice(0, colon), "latin1");
    const port = Number(target.slice(colon + 1));
    const rest = seen.subarray(end + 4);
    const up = net.connect({ port: +gate, host: "127.0.0.1", allowHalfOpen: true });
    up.write(Buffer.concat([Buffer.from([5, 1, 0, 5, 1, 0, 3, host.length]), host, Buffer.from([port >> 8, port & 255])]));
    let reply = Buffer.alloc(0);
    const answered = part => {
      reply = Buffer.concat([reply, part]);
      if (reply.length < 12) return;
      up.off("data", answered);
      if (reply[3] === 0) {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        client.write(reply.subarray(12));
        up.write(rest);
        join(client, up);
      } else {
        client.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        up.destroy();
      }
    };
    up.on("data", answered).on("error", () => client.destroy()).on("close", () => client.destroy());
    client.on("error", () => up.destroy());
  };
  client.on("data", head).on("error", () => {});
}

// Opens when the gate behind it does, since whoever waits for this port waits for the gate.
const server = net.createServer({ allowHalfOpen: true, noDelay: true }, mode === "tls" ? throughTls : throughSocks);
const open = () => {
  const probe = net.connect(+gate, "127.0.0.1");
  probe.on("connect", () => (probe.destroy(), server.listen(+listen, "127.0.0.1")));
  probe.on("error", () => setTimeout(open, 50));
};
open();
