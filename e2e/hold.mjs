// Holds a TLS connection open through a proxy and says in a file what becomes of it:
//   node hold.mjs PROXY_PORT HOST CA_FILE OUT [USER:PASSWORD]
// OUT gets `refused STATUS`, or `open` and later `ended`.
import fs from "node:fs";
import net from "node:net";
import tls from "node:tls";

const [port, host, ca, out, credentials] = process.argv.slice(2);
const say = (line) => fs.appendFileSync(out, line + "\n");
const socket = net.connect(Number(port), "127.0.0.1");
const authorization = credentials
  ? `Proxy-Authorization: Basic ${Buffer.from(credentials).toString("base64")}\r\n`
  : "";
socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n${authorization}\r\n`);
socket.on("error", () => {});
let head = "";
const reading = (part) => {
  head += part.toString("latin1");
  if (!head.includes("\r\n\r\n")) return;
  socket.off("data", reading);
  const status = head.split(" ")[1];
  if (status !== "200") {
    say(`refused ${status}`);
    process.exit(0);
  }
  const secure = tls.connect({ socket, servername: host, ca: fs.readFileSync(ca) }, () => {
    say("open");
    secure.write(`GET /slow HTTP/1.1\r\nHost: ${host}\r\n`); // never finished
  });
  secure.on("error", () => {});
  secure.on("close", () => {
    say("ended");
    process.exit(0);
  });
};
socket.on("data", reading);
