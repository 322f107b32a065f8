#!/usr/bin/env python3
"""What the files of docker/ promise, read without an engine; ends with `N passed, N failed`.

The compose files are held against Compose's own reader where the plugin is installed, and against a JSON schema where
COMPOSE_SCHEMA names one; and in any case against the sentences that the way out hangs on.
"""
import json, os, re, subprocess, sys
import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
counts = [0, 0]


def check(name, holds, why=''):
    counts[0 if holds else 1] += 1
    print('%-5s %s%s' % ('ok' if holds else 'FAIL', name, '' if holds else ': %s' % why))


def read(name):
    with open(os.path.join(HERE, name)) as file:
        return yaml.safe_load(file)


def compose_reads(*files):
    options = [option for file in files for option in ('-f', os.path.join(HERE, file))]
    done = subprocess.run(['docker', 'compose', *options, 'config', '-q'], capture_output=True, text=True)
    return done.returncode == 0, done.stderr.strip()[-300:]


def has_compose():
    try:
        return subprocess.run(['docker', 'compose', 'version'], capture_output=True).returncode == 0
    except OSError:
        return False


compose, intercept = read('compose.yaml'), read('compose.intercept.yaml')
if has_compose():
    check('compose reads compose.yaml', *compose_reads('compose.yaml'))
    check('compose reads both files together', *compose_reads('compose.yaml', 'compose.intercept.yaml'))
else:
    print('note  `docker compose` is not installed: the files are not held against Compose itself')
if os.environ.get('COMPOSE_SCHEMA'):
    import jsonschema
    with open(os.environ['COMPOSE_SCHEMA']) as file:
        schema = json.load(file)
    for name, text in (('compose.yaml', compose), ('compose.intercept.yaml', intercept)):
        wrong = [e.json_path + ': ' + e.message for e in jsonschema.Draft7Validator(schema).iter_errors(text)]
        check('the schema takes ' + name, not wrong, '; '.join(wrong)[:300])

services, networks = compose['services'], compose['networks']
check("the agent's network is internal", networks['inside'].get('internal') is True)
modes = [networks['inside']['driver_opts'].get('com.docker.network.bridge.gateway_mode_' + family) for family in ('ipv4', 'ipv6')]
check('the host has no address in it', modes == ['isolated'] * 2, modes)
check('the agent is in that network alone', list(services['agent']['networks']) == ['inside'])
check('the gate is in both', sorted(services['gate']['networks']) == ['inside', 'outside'])
check('nobody else is with the agent', [n for n, s in services.items() if 'inside' in s.get('networks', {})] == ['gate', 'agent'])
check('no service publishes a port', not [n for n, s in services.items() if s.get('ports')])
check('the gate is no router', services['gate']['sysctls'] == {'net.ipv4.ip_forward': '0', 'net.ipv6.conf.all.forwarding': '0'})
check("the agent does not mount the gate's data", not [v for v in services['agent']['volumes'] if v.startswith('data:')])
check('nor does it with interception', not [v for v in intercept['services']['agent']['volumes'] if v.startswith('data:')])
check('it can only read what it trusts', intercept['services']['agent']['volumes'] == ['trust:/run/sallyport-ca:ro'])
check('whoever writes that can only read the keys', 'data:/var/lib/sallyport:ro' in intercept['services']['ca']['volumes'] and intercept['services']['ca']['network_mode'] == 'none')
check('the agent waits for a gate that takes work', services['agent']['depends_on']['gate']['condition'] == 'service_healthy')
check('Docker passes no name on', services['agent']['dns'] == ['127.0.0.1'])
for name, service in {**services, **{n: s for n, s in intercept['services'].items() if n not in services}}.items():
    check('%s: no capabilities, none to gain' % name, service.get('cap_drop') == ['ALL'] and service.get('security_opt') == ['no-new-privileges:true'])
    check('%s: never privileged, never in the host\'s network' % name, not service.get('privileged') and service.get('network_mode', 'none') == 'none' and not service.get('cap_add'))
    if name != 'agent':
        check('%s: its root cannot be written' % name, service.get('read_only') is True)
for name in ('gate', 'agent'):
    check('%s: processes and memory are bounded' % name, 'pids_limit' in services[name] and 'mem_limit' in services[name])

settings = read('gate/sallyport.yaml')
subnets = [c['subnet'] for c in networks['inside']['ipam']['config']]
listens = [one['address'] for one in settings['listen']]
fixed = services['gate']['networks']['inside']
check("the gate listens at its addresses in the agent's network alone", listens == [fixed['ipv4_address'], fixed['ipv6_address']], listens)
check('its admin listener is its own', settings['admin']['address'] == '127.0.0.1')
check('every client is asked for a token', settings['identity']['required'] is True)
check('the subnets hold both families', len(subnets) == 2 and ':' in subnets[1])

with open(os.path.join(HERE, 'Dockerfile')) as file:
    dockerfile = file.read()
pins = re.findall(r'^ARG (\w+_BASE)=(\S+)', dockerfile, re.M)
check('base images are pinned by digest, in one place', all(re.search(r'@sha256:[0-9a-f]{64}$', image) or image == 'scratch' for _, image in pins) and len(pins) == 2, pins)
check('every stage starts from an argument', all(re.match(r'FROM \$\{\w+_BASE\}', line) for line in re.findall(r'^FROM .*', dockerfile, re.M)))
check('the user is a number', re.search(r'^USER [1-9]\d*:[1-9]\d*$', dockerfile, re.M) is not None)

feature = json.load(open(os.path.join(HERE, 'feature/sallyport/devcontainer-feature.json')))
check('the feature is called like its folder', feature['id'] == 'sallyport')
check('it asks for NET_ADMIN and lets nobody gain it', feature['capAdd'] == ['NET_ADMIN'] and feature['securityOpt'] == ['no-new-privileges:true'])
with open(os.path.join(HERE, 'feature/sallyport/install.sh')) as file:
    script = file.read()
check('its script reads every option', all('${%s' % name.upper() in script for name in feature['options']), feature['options'].keys())
check('and every script that it names is there', all(os.path.exists(os.path.join(HERE, 'feature/sallyport', os.path.basename(feature[key]))) for key in ('entrypoint', 'onCreateCommand', 'postStartCommand')))

print('%d passed, %d failed' % tuple(counts))
sys.exit(1 if counts[1] else 0)
