/** The command line of `npm start`, and the addresses that it prints. */
import { expect, test } from 'vitest';
import { browsableUrl, networkUrls } from '../../../src/launcher/address.ts';
import { readArguments } from '../../../src/launcher/arguments.ts';

test.each([
  [[], { kind: 'serve', environment: {} }],
  [['--port', '9000'], { kind: 'serve', environment: { PORT: '9000' } }],
  [['--host=0.0.0.0', '--port=1'], { kind: 'serve', environment: { HOST: '0.0.0.0', PORT: '1' } }],
  [['--help', '--port', '1'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
])('%j is %j', (args, expected) => {
  expect(readArguments(args)).toEqual(expected);
});

test.each([[['--prot', '1']], [['9000']], [['--port']], [['-x']]])('%j is refused with a way out', (args) => {
  expect(readArguments(args)).toMatchObject({ kind: 'problem', message: expect.stringContaining('--help') });
});

test.each([
  ['127.0.0.1', 8000, 'http://localhost:8000'],
  ['127.1.2.3', 8000, 'http://localhost:8000'],
  ['::1', 8000, 'http://localhost:8000'],
  ['0.0.0.0', 80, 'http://localhost'],
  ['::', 8000, 'http://localhost:8000'],
  ['192.168.0.7', 8000, 'http://192.168.0.7:8000'],
  ['fd00::1', 8000, 'http://[fd00::1]:8000'],
  ['nas.local', 80, 'http://nas.local'],
])('a server on %s, port %d is opened at %s', (host, port, url) => {
  expect(browsableUrl({ host, port })).toBe(url);
});

test('what others can open is told where the server listens everywhere, and only there', () => {
  expect(networkUrls({ host: '0.0.0.0', port: 8000 }, ['192.168.0.7'])).toEqual(['http://192.168.0.7:8000']);
  expect(networkUrls({ host: '127.0.0.1', port: 8000 }, ['192.168.0.7'])).toEqual([]);
});
