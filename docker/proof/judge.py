#!/usr/bin/env python3
"""Says of each attempt whether it arrived, by what the sensors saw, and whether it should have.

    judge.py --world NAME --expect blocked|arrives --attempts FILE --outcomes FILE --outside LOG... --gate LOG [--audit FILE]

Prints `ok` or `FAIL` a line and ends with `N passed, N failed` on the last line for run.sh to add up. In a world where
attempts have to be blocked, one more thing is looked at: every frame that was seen outside came from the gate, and was a
look-up of an allowed name or on its way to an allowed host.
"""
import argparse, json, os, re

PORT = int(os.environ.get('PROOF_PORT', '3128'))
ADMIN = int(os.environ.get('PROOF_ADMIN', '9328'))
GATE_OUT = ('203.0.113.2', '2001:db8:51::2')
AGENT = ('10.77.0.3', 'fd77::3', '203.0.113.3', '2001:db8:51::3')
AGENT_MACS = ('02:00:00:00:77:03', '02:00:00:00:51:03')
ALLOWED_TO = re.compile(r'192\.0\.2\.1\d|2001:db8:10::[0-9a-f]+')
ALLOWED_NAMES = ('docs', 'registry', 'git', 'plain', 'six')
SYN_ACK = 0x12
NEIGHBOURS = (133, 134, 135, 136, 143)  # ICMPv6: who is there (RFC 4861), who listens (RFC 3810)
ARP = 0x0806


def lines(path):
    if not path or not os.path.exists(path):
        return []
    with open(path) as log:
        return [json.loads(line) for line in log if line.endswith('\n')]


def index(outside, gate, audit):
    """What was seen, made easy to look up: all words outside, the places that were written to, what the gate's side shows."""
    words, places, listeners = [], set(), set()
    for one in outside:
        if 'frame' in one:
            f = one['frame']
            places.add(f.get('dst'))
            places.add((f.get('dst'), f.get('dport')))
            words.append(f.get('text', ''))
        else:
            words.append(json.dumps(one))
    for one in gate:
        f = one.get('frame')
        if f is None:
            if one['canary']['peer'] not in AGENT:
                words.append(one['canary']['text'])
        elif f['if'] == 'lo':
            words.append(f.get('text', ''))
        elif f.get('dst') in AGENT and f.get('proto') == 6 and f['flags'] & SYN_ACK == SYN_ACK and f['sport'] != PORT:
            listeners.add((f['src'], f['sport']))
            if f['sport'] != ADMIN:
                listeners.add((f['src'], 'other'))
    for event in audit:
        if event.get('sallyport.event') == 'kill':
            words.append(json.dumps(event))
    return '\n'.join(words).lower(), places, listeners


def arrived(a, words, places, listeners):
    if a['mark'] in words:
        return 'its mark was seen'
    for place in [*a['to'], *map(tuple, a['at'])]:
        if place in places:
            return '%s was written to' % (place,)
    for place in a['at']:
        if place[0] == 'gate' and tuple(place[1:]) in listeners:
            return 'the gate answered at %s:%s' % tuple(place[1:])
    return None


def strays(outside):
    """Frames outside that are neither the gate's allowed ones nor of those who live there."""
    found = []
    for one in outside:
        f = one.get('frame')
        if f is None or f['out'] and f.get('src') not in AGENT:
            continue
        polite = f.get('type') == ARP or f.get('icmp') in NEIGHBOURS
        text = f.get('text', '')
        if f['mac'] in AGENT_MACS or f.get('src') in AGENT:
            if not polite or 'zq' in text.lower():
                found.append(f)
        elif f.get('src') in GATE_OUT and not polite:
            to_origin = f.get('proto') == 6 and ALLOWED_TO.fullmatch(f['dst']) and f['dport'] in (80, 443)
            look_up = f.get('dport') == 53 and (not text or any('%s%s\7example' % (chr(len(n)), n) in text.lower() for n in ALLOWED_NAMES))
            if not (to_origin or look_up):
                found.append(f)
    return found


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--world', required=True)
    options.add_argument('--expect', choices=('blocked', 'arrives'), required=True)
    options.add_argument('--attempts', required=True)
    options.add_argument('--outcomes', required=True)
    options.add_argument('--outside', nargs='+', required=True)
    options.add_argument('--gate', required=True)
    options.add_argument('--audit')
    options.add_argument('--leave-out', default='', help='attempts that no sensor can see here: words of their titles')
    chosen = options.parse_args()
    outside = [one for path in chosen.outside for one in lines(path)]
    seen = index(outside, lines(chosen.gate), lines(chosen.audit))
    outcomes = {o['number']: o['outcome'] for o in lines(chosen.outcomes)}
    with open(chosen.attempts) as listed:
        attempts = json.load(listed)
    if chosen.leave_out:
        unseen = [a for a in attempts if re.search(chosen.leave_out, a['title'])]
        attempts = [a for a in attempts if a not in unseen]
        print('note  %s: no sensor sees %s' % (chosen.world, ', '.join(a['title'] for a in unseen)))
    passed = failed = 0
    for a in attempts:
        outcome = outcomes.get(a['number'], 'NOT MADE: it did not end')
        found = arrived(a, *seen)
        wanted = chosen.expect == 'arrives'
        good = bool(found) == wanted and not outcome.startswith('NOT MADE')
        passed, failed = passed + good, failed + (not good)
        print('%-5s %s: %d %s%s' % ('ok' if good else 'FAIL', chosen.world, a['number'], a['title'], '' if good else '\n      %s; the agent says: %s' % (found or 'nothing arrived', outcome[:120])))
    if chosen.expect == 'blocked':
        loose = strays(outside)
        passed, failed = passed + (not loose), failed + bool(loose)
        print('%-5s %s: nothing was seen outside but the gate, on its way to allowed hosts' % ('FAIL' if loose else 'ok', chosen.world))
        for f in loose[:5]:
            print('      %s' % json.dumps(f)[:300])
    print('%d passed, %d failed' % (passed, failed))


if __name__ == '__main__':
    main()
