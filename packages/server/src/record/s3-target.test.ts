import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sign } from './s3-signature.ts';
import { S3Target } from './s3-target.ts';

/** The examples that Amazon publishes with the algorithm. */
describe('the signature', () => {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', sessionToken: null };
  const request = { region: 'us-east-1', service: 's3', at: new Date('2013-05-24T00:00:00Z') };

  test('of a GET', () => {
    const headers = sign({ ...request, method: 'GET', url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'), headers: { range: 'bytes=0-9' }, body: null }, credentials);
    expect(headers['authorization']).toBe('AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,'
      + 'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  });

  test('of a PUT, whose name holds what has to be escaped', () => {
    const headers = sign({
      ...request, method: 'PUT', url: new URL('https://examplebucket.s3.amazonaws.com/test$file.text'), body: Buffer.from('Welcome to Amazon S3.'),
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    }, credentials);
    expect(headers['authorization']).toMatch(/Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd$/);
  });
});

describe('the storage', () => {
  const objects = new Map<string, Buffer>();
  let server: Server;
  let failures = 0;
  let requests: IncomingMessage[] = [];

  beforeEach(async () => {
    objects.clear();
    [failures, requests] = [0, []];
    server = createServer((request, response) => {
      requests.push(request);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        if (failures-- > 0) return response.writeHead(503).end();
        if (request.method === 'PUT') objects.set(request.url!, Buffer.concat(chunks));
        const found = objects.get(request.url!);
        return found === undefined ? response.writeHead(404).end() : response.end(request.method === 'PUT' ? '' : found);
      });
    });
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  });
  afterEach(() => new Promise(resolve => { server.close(resolve); server.closeAllConnections(); }));

  const target = () => new S3Target({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, region: 'eu-1', bucket: 'records', prefix: 'miko/',
    credentials: { accessKeyId: 'someone', secretAccessKey: 'a-secret-key', sessionToken: 'for-an-hour' },
  }, 1);

  test('gives back what was put, and null for what never was', async () => {
    await target().put('change/1-2-ab.ndjson.gz', Buffer.from([0, 255, 10]));
    expect([...objects.keys()]).toEqual(['/records/miko/change/1-2-ab.ndjson.gz']);
    expect(await target().get('change/1-2-ab.ndjson.gz')).toEqual(Buffer.from([0, 255, 10]));
    expect(await target().get('change/absent')).toBeNull();
    expect(requests.map(({ headers }) => [headers['x-amz-security-token'], String(headers.authorization).includes('x-amz-date;x-amz-security-token,')])).toEqual(requests.map(() => ['for-an-hour', true]));
    expect(JSON.stringify(requests.map(({ headers, url }) => [headers, url]))).not.toContain('a-secret-key');
  });

  test('that cannot just now is asked again, and beyond that it is told', async () => {
    failures = 2;
    await target().put('change/one', Buffer.from('one'));
    expect(objects.size).toBe(1);
    failures = 3;
    await expect(target().put('change/two', Buffer.from('two'))).rejects.toThrow('PUT change/two with 503');
    failures = 3;
    await expect(target().get('change/one')).rejects.toThrow('GET change/one with 503');
  });
});
