import { describe, expect, it } from 'vitest';
import { readPostgresUrl } from '../../src/rules/index.js';

const read = (text: string) => {
  const found = readPostgresUrl(text);
  if (!found.ok) throw new Error(found.fault);
  return { ...found.url, parameters: Object.fromEntries(found.url.parameters) };
};
const faultOf = (text: string) => {
  const found = readPostgresUrl(text);
  return found.ok ? null : found.fault;
};

describe('a URL that is right', () => {
  it('is taken apart, and its escapes are decoded', () => {
    expect(
      read('postgres://ada:p%23w%40%2F%25@db.example.com:5433/my%20keys?sslmode=require'),
    ).toEqual({
      user: 'ada',
      password: 'p#w@/%',
      places: [{ host: 'db.example.com', port: 5433 }],
      database: 'my keys',
      parameters: { sslmode: 'require' },
    });
  });

  it.each([
    ['postgres://h/d', [{ host: 'h', port: null }]],
    ['postgresql://h:5433/d\n', [{ host: 'h', port: 5433 }]],
    ['postgres://[::1]:5433/d', [{ host: '::1', port: 5433 }]],
    ['postgres:///d', [{ host: null, port: null }]],
    ['postgres://ada@/d?host=/run/pg', [{ host: '/run/pg', port: null }]],
    ['postgres://%2Frun%2Fpg/d', [{ host: '/run/pg', port: null }]],
    [
      'postgres://a:1,b:2,[::1]:3/d',
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
        { host: '::1', port: 3 },
      ],
    ],
    [
      'postgres:///d?host=a,b&port=7',
      [
        { host: 'a', port: 7 },
        { host: 'b', port: 7 },
      ],
    ],
  ])('%s names its servers', (text, places) => {
    expect(read(text).places).toEqual(places);
  });

  it.each([
    'postgres://h/d?schema=public&pgbouncer=true',
    'postgres://h/d?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgres://h,i/d?target_session_attrs=read-write&connect_timeout=3',
    'postgres://h/d?options=-c%20search_path%3Da@b',
    'postgres:///?dbname=d&user=a%40b',
  ])('%s is taken', (text) => {
    expect(faultOf(text)).toBeNull();
  });
});

const SECRET = 'sesame1';

describe('a URL that is wrong names the part and what to write', () => {
  it.each([
    ['', 'it is empty'],
    ['"postgres://h/d"', 'it begins with a quotation mark: remove it'],
    ['h/d', 'it has no scheme: begin with postgres://'],
    ['postgres:d', 'it has no scheme: begin with postgres://'],
    [`ada:${SECRET}@h/d`, 'it has no scheme: begin with postgres://'],
    [`mysql://ada:${SECRET}@h/d`, 'its scheme is mysql, not postgres'],
    [`postgres://ada:${SECRET}#@h/d`, 'the password holds "#": write it as %23'],
    [`postgres://ada:#${SECRET}@h:5432/d`, 'the password holds "#": write it as %23'],
    [`postgres://a#da:${SECRET}@h/d`, 'the user name holds "#": write it as %23'],
    [`postgres://ada:${SECRET}@h/d#x`, 'the database name holds "#": write it as %23'],
    [`postgres://ada:${SECRET}@h/d?options=#x`, 'a parameter holds "#": write it as %23'],
    [`postgres://ada:${SECRET}@@h/d`, 'the password holds "@": write it as %40'],
    [`postgres://ada@x:${SECRET}@h/d`, 'the user name holds "@": write it as %40'],
    [`postgres://ada:${SECRET}/1@h/d`, 'the password holds "/": write it as %2F'],
    [`postgres://ada:12/${SECRET}@h/d`, 'the password holds "/": write it as %2F'],
    [`postgres://ada:${SECRET}?1@h/d`, 'the password holds "?": write it as %3F'],
    [`postgres://ada:${SECRET}%@h/d`, 'the password holds "%": write it as %25'],
    [`postgres://ada:${SECRET}%zz@h/d`, 'the password holds "%": write it as %25'],
    [`postgres://ada:${SECRET}%FF@h/d`, 'the password holds escapes that are not UTF-8'],
    [`postgres://ada:${SECRET}%00@h/d`, 'the password holds %00, which PostgreSQL does not take'],
    [`postgres://ada:${SECRET} x@h/d`, 'the password holds white space: write a space as %20'],
    [`postgres://ada:${SECRET}@h:99999/d`, 'the port is not a number from 1 to 65535'],
    [`postgres://ada:${SECRET}@h:0/d`, 'the port is not a number from 1 to 65535'],
    [`postgres://ada:${SECRET}@h:x/d`, 'the port is not a number from 1 to 65535'],
    [`postgres://ada:${SECRET}/d`, 'the port is not a number from 1 to 65535'],
    ['postgres://::1/d', 'write an IPv6 address in brackets, like [::1]:5432'],
    ['postgres://a b/d', 'the host holds white space'],
    ['postgres://<host>/d', 'the host holds a character that is not part of a name'],
    ['postgres://a,,b/d', 'a host is missing'],
    ['postgres:///d?host=a,b,c&port=1,2', 'it has 3 hosts and 2 ports'],
    [`postgres://ada:${SECRET}@h`, 'it names no database: write its name after the host'],
    [`postgres://ada:${SECRET}@h/?sslmode=require`, 'it names no database'],
    ['postgres://', 'it names neither a host nor a database'],
    ['postgres://h/d/e', 'the database name holds "/": write it as %2F'],
    ['postgres://h/d?=1', 'the name of a parameter'],
    ['postgres://h/d?sslmode=prefer', 'sslmode is wrong: prefer may send everything unencrypted'],
    ['postgres://h/d?sslmode=on', 'sslmode is wrong: expected disable, require, verify-ca'],
    ['postgres://h/d?sslrootcrt=/ca', 'sslrootcrt is not known. Is sslrootcert meant?'],
    ['postgres://h/d?sslcrl=/crl', 'its parameter sslcrl is not supported'],
    ['postgres://h/d?sslRootCert=/ca', 'Is sslrootcert meant?'],
    [
      'postgres://h/d?hostaddr=10.0.0.1',
      'hostaddr is not supported: write the address as the host',
    ],
    ['postgres://h/d?connect_timeout=0', 'connect_timeout is wrong: expected whole seconds'],
    ['postgres://h/d?target_session_attr=any', 'Is target_session_attrs meant?'],
    [
      'postgres://h,i/d?target_session_attrs=read-only',
      'target_session_attrs is wrong: Keystamp writes, and read-only asks for a server that takes',
    ],
    ['postgres://h,i/d?target_session_attrs=rw', 'expected any, read-write, primary'],
  ])('%s', (text, fault) => {
    expect(faultOf(text)).toContain(fault);
    expect(faultOf(text)).not.toContain(SECRET);
  });
});
