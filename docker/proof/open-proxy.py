#!/usr/bin/env python3
"""What stands in the gate's place when the rules are taken away: a proxy that believes everything it is told.

It takes SOCKS, CONNECT, absolute-form, origin-form and a name in HTTP/2's first frames, reads hosts as carelessly as it can, judges
nothing and resolves whatever it is given. It forwards DNS, and has a control socket that anybody may speak to. It exists
so that each attempt of attempts.py is seen to arrive when nothing stops it.

    open-proxy.py --listen ADDRESS... --port PORT --resolver ADDRESS --socket PATH --log FILE
"""
import argparse, json, os, re, socket, threading, urllib.parse

WAIT = 4
HEAD = 65536


def pump(source, sink):
    try:
        while octets := source.recv(65536):
            sink.sendall(octets)
    except OSError:
        pass
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def reach(authority, default):
    """Connects to `host:port` in whatever spelling."""
    text = urllib.parse.unquote(authority).rsplit('@', 1)[-1].replace('。', '.')
    six = re.fullmatch(r'\[(.*)\](?::(\d+))?', text)
    host, _, port = (six.group(1), '', six.group(2)) if six else text.partition(':')
    return socket.create_connection((host, int(port or default)), timeout=WAIT)


def socks(client, first):
    """SOCKS5 without credentials, and SOCKS4a: the connection that was asked for."""
    if first[0] == 4:
        port = int.from_bytes(first[2:4])
        upstream = socket.create_connection((first[8:].split(b'\0')[1].decode(), port), timeout=WAIT)
        client.sendall(b'\0\x5a' + bytes(6))
        return upstream
    client.sendall(b'\5\0')
    asked = client.recv(HEAD)
    kind, rest = asked[3], asked[4:]
    if kind == 3:
        host, rest = rest[1:1 + rest[0]].decode(), rest[1 + rest[0]:]
    else:
        size, family = (4, socket.AF_INET) if kind == 1 else (16, socket.AF_INET6)
        host, rest = socket.inet_ntop(family, rest[:size]), rest[size:]
    upstream = socket.create_connection((host, int.from_bytes(rest[:2])), timeout=WAIT)
    client.sendall(b'\5\0\0\1' + bytes(6))
    return upstream


def joined(client, upstream):
    threading.Thread(target=pump, args=(upstream, client), daemon=True).start()
    pump(client, upstream)


def handle(client):
    client.settimeout(WAIT)
    head = b''
    try:
        head = client.recv(HEAD)
        if head[:1] in (b'\4', b'\5'):
            joined(client, socks(client, head))
            return
        if head.startswith(b'PROXY '):
            head = head.partition(b'\r\n')[2]
        while b'\r\n\r\n' not in head and len(head) < HEAD:
            more = client.recv(HEAD)
            if not more:
                return
            head += more
        first, _, rest = head.partition(b'\r\n\r\n')
        if first.startswith(b'PRI '):
            while not (named := re.search(rb'[a-z0-9.-]+\.example:\d+', head)):
                head += client.recv(HEAD)
            upstream = reach(named.group().decode(), 443)
            upstream.sendall(head)
        else:
            lines = first.decode('utf-8', 'replace').split('\r\n')
            method, target = lines[0].split(' ')[:2]
            if method == 'CONNECT':
                upstream = reach(target, 443)
                client.sendall(b'HTTP/1.1 200 open\r\n\r\n')
                upstream.sendall(rest)
            else:
                fields = dict(line.split(': ', 1) for line in lines[1:] if ': ' in line)
                named = urllib.parse.urlsplit(target).netloc if '://' in target else fields.get('Host', '')
                upstream = reach(named, 80)
                upstream.sendall(head)
        joined(client, upstream)
    except (OSError, ValueError, UnicodeError):
        pass
    finally:
        client.close()


def forward_dns(address, resolver):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    server = socket.socket(family, socket.SOCK_DGRAM)
    server.bind((address, 53))
    upstream = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        query, _ = server.recvfrom(2048)
        upstream.sendto(query, (resolver, 53))


def control(path, log):
    if os.path.exists(path):
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    os.chmod(path, 0o666)
    server.listen()
    while True:
        client, _ = server.accept()
        with open(log, 'a') as out:
            out.write(json.dumps({'canary': {'port': 'control', 'peer': '', 'text': client.recv(4096).decode('latin-1')}}) + '\n')
        client.close()


def serve(listener):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=handle, args=(client,), daemon=True).start()


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--listen', nargs='+')
    options.add_argument('--port', type=int)
    options.add_argument('--resolver')
    options.add_argument('--socket')
    options.add_argument('--log')
    chosen = options.parse_args()
    for address in chosen.listen:
        listener = socket.create_server((address, chosen.port), family=socket.AF_INET6 if ':' in address else socket.AF_INET, backlog=256)
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        threading.Thread(target=forward_dns, args=(address, chosen.resolver), daemon=True).start()
    threading.Thread(target=control, args=(chosen.socket, chosen.log), daemon=True).start()
    threading.Event().wait()


if __name__ == '__main__':
    main()
