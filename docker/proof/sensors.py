#!/usr/bin/env python3
"""What sees whether anything arrives: writes down every frame that reaches its network namespace, and plays the internet.

    sensors.py --log FILE [--catch PORT] [--origins CERT KEY ROOT] [--dns] [--canary PORT]

One JSON object a line in FILE: {"frame": ...} for what a packet socket sees on any interface, {"request": ...} for what an
origin read after TLS, {"canary": ...} for what was said to a listener that nobody should reach. Standard library only, so
that it runs in any container that has Python.
"""
import argparse, http.server, json, os, re, socket, ssl, struct, threading, time

OUTGOING = 4  # PACKET_OUTGOING
KEPT = 2048  # octets of a payload that are kept
WAIT = 5  # seconds that a listener waits for a word
# What an attempt says, so that it is known again: see attempts.py.
MARK = re.compile(r'zq(\d\d\d)x', re.I)
# Who is who on the stand-in internet. Names with a mark lead to the address of their attempt.
NAMES = {
    'docs.example.org': 10, 'registry.example': 11, 'git.example': 12, 'plain.example': 13, 'six.example': 14,
}
NEIGHBOUR, GATE = 'db.example', 'gate.example'


def origin_addresses(name):
    """The IPv4 and IPv6 address of a name; None when there is no such name."""
    if name in NAMES:
        return '192.0.2.%d' % NAMES[name], '2001:db8:10::%x' % NAMES[name]
    if name == NEIGHBOUR:
        return '203.0.113.7', '2001:db8:51::7'
    if name == GATE:
        return '10.77.0.2', 'fd77::2'
    marked = MARK.search(name)
    if marked:
        number = int(marked.group(1))
        return '198.51.100.%d' % number, '2001:db8:66::%x' % number
    return None


class Log:
    def __init__(self, path):
        self.file = open(path, 'a', buffering=1)
        self.lock = threading.Lock()

    def write(self, **what):
        with self.lock:
            self.file.write(json.dumps(what) + '\n')


def dissect(frame):
    """Addresses, protocol, ports and payload of an Ethernet frame; empty for what is neither IPv4 nor IPv6."""
    kind = struct.unpack('!H', frame[12:14])[0]
    body = frame[14:]
    if kind == 0x0800 and len(body) >= 20:
        head = (body[0] & 15) * 4
        found = {'src': socket.inet_ntop(socket.AF_INET, body[12:16]), 'dst': socket.inet_ntop(socket.AF_INET, body[16:20]), 'proto': body[9]}
        body = body[head:struct.unpack('!H', body[2:4])[0]]
    elif kind == 0x86DD and len(body) >= 40:
        found = {'src': socket.inet_ntop(socket.AF_INET6, body[8:24]), 'dst': socket.inet_ntop(socket.AF_INET6, body[24:40]), 'proto': body[6]}
        body = body[40:]
        if found['proto'] in (0, 43, 60) and len(body) >= 8:  # an extension header before the rest
            found['proto'], body = body[0], body[(body[1] + 1) * 8:]
    else:
        return {'type': kind}, body
    if found['proto'] in (6, 17, 132, 33) and len(body) >= 4:
        found['sport'], found['dport'] = struct.unpack('!HH', body[:4])
    if found['proto'] == 6 and len(body) >= 20:
        found['flags'] = body[13]
        body = body[(body[12] >> 4) * 4:]
    elif found['proto'] == 17:
        body = body[8:]
    elif found['proto'] in (1, 58) and body:
        found['icmp'] = body[0]
    return found, body


def sniff(log, only):
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
    while True:
        frame, where = packets.recvfrom(65535)
        if len(frame) < 14:
            continue
        found, payload = dissect(frame)
        if only and found.get('dst') not in only:
            continue
        found.update({'mac': frame[6:12].hex(':'), 'if': where[0], 'out': where[2] == OUTGOING, 'at': time.time()})
        text = payload[:KEPT].decode('latin-1')
        if text.strip('\0'):
            found['text'] = text
        log.write(frame=found)


def spoken(connection):
    """What a client says within the wait, read until there is no more."""
    connection.settimeout(WAIT)
    try:
        return connection.recv(KEPT).decode('latin-1')
    except OSError:
        return ''


def serve(listener, handle):
    while True:
        connection, peer = listener.accept()
        threading.Thread(target=handle, args=(connection, peer), daemon=True).start()


def listen(port, handle):
    """Accepts on both families and on every address of this namespace."""
    listener = socket.create_server(('::', port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=256)
    threading.Thread(target=serve, args=(listener, handle), daemon=True).start()


def catch(connection, _peer):
    """Says a word and hears one, whatever the protocol: an SSH or mail server, a database."""
    try:
        connection.sendall(b'SSH-2.0-standin\r\n')
        spoken(connection)
    except OSError:
        pass
    connection.close()


def canary(log, port):
    def handle(connection, peer):
        log.write(canary={'port': port, 'peer': peer[0].removeprefix('::ffff:'), 'text': spoken(connection)})
        connection.close()
    return handle


class Origin(http.server.SimpleHTTPRequestHandler):
    """Files, and for every other path a page; says what it was asked."""
    protocol_version = 'HTTP/1.1'
    timeout = WAIT
    log = None

    def do_GET(self):
        length = self.headers.get('Content-Length', '')
        body = self.rfile.read(min(int(length), KEPT)).decode('latin-1') if length.isdigit() and not self.headers.get('Transfer-Encoding') else ''
        self.log.write(request={'host': self.headers.get('Host', ''), 'line': self.requestline, 'fields': str(self.headers), 'body': body, 'tls': isinstance(self.connection, ssl.SSLSocket)})
        if self.headers.get('Upgrade'):
            self.send_response(101)
            self.send_header('Upgrade', self.headers['Upgrade'])
            self.send_header('Connection', 'Upgrade')
            self.end_headers()
            self.log.write(request={'host': 'after 101', 'line': spoken(self.connection)})
            self.close_connection = True
            return
        if os.path.isfile(self.translate_path(self.path) + '/index.json'):
            self.path += '/index.json'
        if os.path.isfile(self.translate_path(self.path)):
            super().do_GET()
            return
        page = b'PAGE-CONTENT-7\n'
        if self.path.startswith('/tool.git/'):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain')
        self.send_header('Content-Length', str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Web(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    request_queue_size = 256
    tls = None

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def finish_request(self, request, client_address):
        """In the thread of the connection, so that a client that never speaks keeps nobody waiting."""
        request.settimeout(WAIT)
        if self.tls:
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, *_):
        pass


def origins(log, certificate, key, root):
    class Logged(Origin):
        def __init__(self, *args, **more):
            super().__init__(*args, directory=root, **more)
    Logged.log = log
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    for port, tls in ((80, None), (443, context)):
        web = Web(('::', port), Logged)
        web.tls = tls
        threading.Thread(target=web.serve_forever, daemon=True).start()


def dns_answer(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode('latin-1'))
        at += query[at] + 1
    name, (kind,) = '.'.join(labels).lower(), struct.unpack('!H', query[at + 1:at + 3])
    found = origin_addresses(name)
    data = b''
    if found and kind == 1 and name != 'six.example':
        data = socket.inet_pton(socket.AF_INET, found[0])
    elif found and kind == 28:
        data = socket.inet_pton(socket.AF_INET6, found[1])
    head = query[:2] + struct.pack('!HHHHH', 0x8580 | (0 if found else 3), 1, 1 if data else 0, 0, 0)
    record = b'\xc0\x0c' + struct.pack('!HHIH', kind, 1, 60, len(data)) + data if data else b''
    return head + query[12:at + 5] + record


def dns_udp(address):
    """One socket an address, so that answers come from where they were asked."""
    server = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    while True:
        query, peer = server.recvfrom(KEPT)
        try:
            server.sendto(dns_answer(query), peer)
        except (IndexError, struct.error, OSError):
            pass


def dns_tcp(connection, _peer):
    try:
        connection.settimeout(WAIT)
        query = connection.recv(KEPT)[2:]
        answer = dns_answer(query)
        connection.sendall(struct.pack('!H', len(answer)) + answer)
    except (IndexError, struct.error, OSError):
        pass
    connection.close()


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--log', required=True)
    options.add_argument('--catch', type=int)
    options.add_argument('--origins', nargs=3)
    options.add_argument('--dns', nargs='*', default=[])
    options.add_argument('--canary', type=int, nargs='*', default=[])
    options.add_argument('--only', nargs='*', default=[], help='write down frames to these addresses alone')
    options.add_argument('--ready')
    chosen = options.parse_args()
    log = Log(chosen.log)
    threading.Thread(target=sniff, args=(log, chosen.only), daemon=True).start()
    if chosen.origins:
        origins(log, *chosen.origins)
    for address in chosen.dns:
        threading.Thread(target=dns_udp, args=(address,), daemon=True).start()
    if chosen.dns:
        listen(53, dns_tcp)
    if chosen.catch:
        listen(chosen.catch, catch)
    for port in chosen.canary:
        listen(port, canary(log, port))
    if chosen.ready:
        open(chosen.ready, 'w').close()
    threading.Event().wait()


if __name__ == '__main__':
    main()
