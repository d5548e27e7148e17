import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatOf, type FileFormat } from './formats.ts';
import { importLimits, readConnections } from './read-connections.ts';

/** `service address protocol < from` for each found, `! from: reason` for each skipped. */
async function read(text: string, format: FileFormat): Promise<readonly string[]> {
  const { found, skipped } = await readConnections(text, format);
  return [
    ...found.map(one => `${one.service} ${one.host}:${one.port} ${one.protocol}${one.public_url === null ? '' : ` (${one.public_url})`} < ${one.from}`),
    ...skipped.map(one => `! ${one.from}: ${one.reason}`),
  ];
}

const COMPOSE = `
version: "3.8"
x-env: &env
  DATABASE_URL: postgres://shop:s3cr3t@db:5432/shop?sslmode=disable
services:
  web:
    image: ghcr.io/acme/web:1.4
    ports: ["8080:8080", "127.0.0.1:9090:9090"]
    environment:
      <<: *env
      CART_URL: http://cart:9000/v1
      REDIS_URL: redis://:s3cr3t@cache:6379/0
      KAFKA_BROKERS: kafka-1:9092,kafka-2:9092
      SEARCH_HOST: search
      SEARCH_PORT: 9200
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/healthz"]
  worker:
    image: redis:7
    environment:
      - DATABASE_URL=postgres://shop:s3cr3t@db:5432/shop
      - REDIS_URL=redis://:s3cr3t@cache-2:6379/1
      - SMTP_HOST=mail
      - SMTP_PORT=25
      - LOG_LEVEL=debug
`;

const KUBERNETES = `
apiVersion: v1
kind: Deployment
spec:
  containers:
    - name: web
      image: web:1.4
      env:
        - name: ORDERS_HOST
          value: orders.shop.svc
        - name: ORDERS_PORT
          value: "8080"
        - name: PAYMENTS_URL
          value: https://payments.shop.svc/v2
---
kind: ConfigMap
data:
  CATALOG_GRPC_ADDR: catalog.shop.svc:50051
`;

const CONFIG = JSON.stringify({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  database: { primary: { host: 'db-1.internal', port: 5432, password: 's3cr3t@x/1' }, replica: { host: 'db-2.internal', port: 5432 } },
  services: [
    { name: 'payments', url: 'https://user:s3cr3t@payments.internal:8443/api?key=s3cr3t' },
    { name: 'mail', host: 'mail.internal', port: '587' },
  ],
  upstreams: { catalog: ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'] },
  ordersApiUrl: 'http://[::1]:81/',
  mongo: { uri: 'mongodb://u:s3cr3t@m1:27017,m2:27018/db' },
  cors: { allowedOrigins: ['https://shop.example.com'] },
  listen: '0.0.0.0:8080',
  timeout: '12:30',
});

const ENV = `
# shop
export DATABASE_URL="postgres://app:p%40s3cr3t@db.internal/app"
JDBC_ORDERS_URL=jdbc:postgresql://orders-db:5433/orders?user=a&password=s3cr3t
CART_HOST=cart
CART_PORT=9000
SEARCH_HOST=search
QUEUE_ADDR=queue.internal:5672
MYSQL_DSN='root:s3cr3t@tcp(mysql:3306)/app'
PG_CONNECTION=host=pg port=5432 password=s3cr3t
BROKEN_URL=postgres://app:s3cr3t/1@db.internal:5432/app
TEMPLATE_URL=http://\${HOST}:80/
HTTP_PROXY=http://proxy:3128
SECRET_KEY=s3cr3t:123
BUCKET=s3://bucket/x
`;

const AINARI = `
debug = true
[api]
public_ip = "0.0.0.0"
public_port = 11417
internal_ip = "127.0.0.1"
internal_port = 10417
[database]
file_path = "/var/lib/miko/db"
[endpoints.hanami]
public_address = "https://user:s3cr3t@hanami.example.com?key=s3cr3t"
internal_address = "http://hanami-service:10418"
[endpoints.ryokan]
public_address = "https://ryokan.example.com/api"
internal_address = ""
[endpoints.torii]
public_address = ""
internal_address = "http://torii:10419"
`;

describe('files as they are found', () => {
  test('a compose file: variables as a map and as a list, merged, shared', async () => {
    expect(await read(COMPOSE, 'yaml')).toEqual([
      'database db:5432 tcp < x-env.DATABASE_URL',
      'search search:9200 tcp < services.web.environment.SEARCH_HOST',
      'cart cart:9000 http < services.web.environment.CART_URL',
      'redis cache:6379 tcp < services.web.environment.REDIS_URL',
      'kafka kafka-1:9092 tcp < services.web.environment.KAFKA_BROKERS',
      'kafka kafka-2:9092 tcp < services.web.environment.KAFKA_BROKERS',
      'smtp mail:25 tcp < services.worker.environment.SMTP_HOST',
      '! services.web.environment.DATABASE_URL: the same as x-env.DATABASE_URL',
      '! services.web.environment.CART_URL: its path alone, which is no part of an address: calls must go on to name it',
      '! services.web.healthcheck.test.3: its key says that it is not called',
      '! services.worker.environment.DATABASE_URL: the same as x-env.DATABASE_URL',
      '! services.worker.environment.REDIS_URL: redis has another address already, from services.web.environment.REDIS_URL: register it by hand if they are the same service',
    ]);
  });

  test('Kubernetes manifests: variables as {name, value}, several documents', async () => {
    expect(await read(KUBERNETES, 'yaml')).toEqual([
      'orders orders.shop.svc:8080 tcp < spec.containers.web.env.ORDERS_HOST',
      'payments payments.shop.svc:443 https < spec.containers.web.env.PAYMENTS_URL',
      'catalog catalog.shop.svc:50051 grpc < data.CATALOG_GRPC_ADDR',
      '! spec.containers.web.env.PAYMENTS_URL: its path alone, which is no part of an address: calls must go on to name it',
    ]);
  });

  test('a JSON configuration with nested hosts, lists and addresses', async () => {
    expect(await read(CONFIG, 'json')).toEqual([
      'database-primary db-1.internal:5432 tcp < database.primary.host',
      'database-replica db-2.internal:5432 tcp < database.replica.host',
      'payments payments.internal:8443 https < services.payments.url',
      'mail mail.internal:587 tcp < services.mail.host',
      'catalog 10.0.0.1:8080 http < upstreams.catalog.0',
      'catalog 10.0.0.2:8080 http < upstreams.catalog.1',
      'orders-api ::1:81 http < ordersApiUrl',
      'mongo m1:27017 tcp < mongo.uri',
      'mongo m2:27018 tcp < mongo.uri',
      '! $schema: its key says that it is not called',
      '! services.payments.url: its path alone, which is no part of an address: calls must go on to name it',
      '! cors.allowedOrigins.0: its key says that it is not called',
    ]);
  });

  test('a .env file', async () => {
    expect(await read(ENV, 'env')).toEqual([
      'cart cart:9000 tcp < CART_HOST',
      'database db.internal:5432 tcp < DATABASE_URL',
      'orders orders-db:5433 tcp < JDBC_ORDERS_URL',
      'mysql mysql:3306 tcp < MYSQL_DSN',
      'queue queue.internal:5672 tcp < QUEUE_ADDR',
      '! SEARCH_HOST: a host without a port beside it',
      '! BROKEN_URL: an @ after the host: a password with unescaped characters?',
      '! HTTP_PROXY: its key says that it is not called',
      '! PG_CONNECTION: a connection string of keywords, which this reader does not read',
      '! TEMPLATE_URL: it contains a variable',
    ]);
  });

  test("ainari's list: one endpoint with both addresses; listeners are none", async () => {
    expect(await read(AINARI, 'toml')).toEqual([
      'hanami hanami-service:10418 http (https://hanami.example.com) < endpoints.hanami',
      'ryokan ryokan.example.com:443 https (https://ryokan.example.com/api) < endpoints.ryokan',
      'torii torii:10419 http < endpoints.torii',
      '! api.public_ip: an address to listen on, not to call',
      '! api.internal_ip: an address to listen on, not to call',
      '! endpoints.ryokan: its path alone, which is no part of an address: calls must go on to name it',
    ]);
    expect(await read('[miko]\naddress = "http://miko:11417"', 'toml')).toEqual(['miko miko:11417 http < miko.address']);
  });

  test.each([
    ['compose', COMPOSE, 'yaml'],
    ['config', CONFIG, 'json'],
    ['env', ENV, 'env'],
    ['ainari', AINARI, 'toml'],
  ] as const)('no password of the %s file is in what is read', async (_, text, format) => {
    expect(JSON.stringify(await readConnections(text, format))).not.toContain('s3cr3t');
  });
});

describe('lists in one value', () => {
  test.each([
    ['PRICES=127.0.0.1:1,127.0.0.1:2', ['prices 127.0.0.1:1 tcp < PRICES', 'prices 127.0.0.1:2 tcp < PRICES']],
    ['PRICES="10.0.0.1:80, [::1]:81, localhost:82"', ['prices 10.0.0.1:80 tcp < PRICES', 'prices ::1:81 tcp < PRICES', 'prices localhost:82 tcp < PRICES']],
    ['PRICES=http://a:1,http://b:2', ['prices a:1 http < PRICES', 'prices b:2 http < PRICES']],
    ['PRICES_URLS="http://a, https://b:2/"', ['prices a:80 http < PRICES_URLS', 'prices b:2 https < PRICES_URLS']],
    ['PRICES=http://a:1/v1,http://b:2/v1', ['prices a:1 http < PRICES', 'prices b:2 http < PRICES', '! PRICES: its path alone, which is no part of an address: calls must go on to name it']],
    ['PRICES=http://a:1,http://${HOST}:2', ['! PRICES: it contains a variable']],
    ['PRICES=http://a:1,s3://b', ['! PRICES: a list with something in it that is called by no port']],
    ['AMQP=amqp://u:p1@a:1,amqp://u:p1@b:1', ['! AMQP: a list with a user or a query in it: where an address ends cannot be told']],
    ['DB_URL=postgres://app:1,b://c@db:5432/app', ['! DB_URL: a list with a user or a query in it: where an address ends cannot be told']],
    ['API_URL=https://api/?token=a,b://c:1', ['! API_URL: a list with a user or a query in it: where an address ends cannot be told']],
  ])('%s', async (text, expected) => expect(await read(text, 'env')).toEqual(expected));
});

describe('what is left out is told', () => {
  test.each([
    ['CART_URL=http://x/api', ['cart x:80 http < CART_URL', '! CART_URL: its path alone, which is no part of an address: calls must go on to name it']],
    ['CART_URL=http://x/', ['cart x:80 http < CART_URL']],
    ['PRICES=prices-1:8080,prices-2:8080', ['! PRICES: perhaps a host and a port, but its key does not say so, as one that ends in _ADDR would']],
    ['ES_HOSTS=es-1,es-2', ['! ES_HOSTS: it has no port']],
    ['CART_ENDPOINT=cart.internal', ['! CART_ENDPOINT: it has no port']],
    ['CART_URL=//cart:80', ['! CART_URL: it cannot be read as a host and a port']],
    ['PRICES=["http://a:1","http://b:2"]', ['! PRICES: an address inside of other text, which this reader does not read']],
    ['PRICES=http://a:1 http://b:2', ['! PRICES: its host and port cannot be read']],
    ['LEVEL=info\nTIMEOUT=12:30\nBUILD_TARGET=es2022\nBUCKET=s3://x', []],
  ])('%s', async (text, expected) => expect(await read(text, 'env')).toEqual(expected));

  test('as far as it can be listed', async () => {
    const { skipped } = await readConnections(Array.from({ length: 1_100 }, (_, n) => `A${n}_HOST=x`).join('\n'), 'env');
    expect([skipped.length, skipped.at(-1)]).toEqual([1_001, { from: '...', reason: 'more than 1000 are left out; the rest is not listed' }]);
  });
});

describe('names', () => {
  test('instances are named by their address, so that a second import changes nothing', async () => {
    const { found } = await readConnections('A_URL=http://a:1\nB_URL=http://[::1]:2', 'env');
    expect(found.map(({ instance }) => instance)).toEqual(['a:1', '0::1:2']);
  });

  test('numbered keys and the elements of one list are one service', async () => {
    expect(await read('KAFKA_1_URL=tcp://k1:1\nKAFKA_2_URL=tcp://k2:1', 'env')).toEqual(['kafka k1:1 tcp < KAFKA_1_URL', 'kafka k2:1 tcp < KAFKA_2_URL']);
  });

  test('two unrelated keys never become one service with two addresses', async () => {
    const { found, skipped } = await readConnections('a: {cache: {url: "redis://one"}}\nb: {cache: {url: "redis://two"}}', 'yaml');
    expect(found.map(({ host }) => host)).toEqual(['one']);
    expect(skipped).toHaveLength(1);
  });

  test('a key without a word that names anything leaves it to the host', async () => {
    expect(await read('{"url": "http://orders.internal:1"}', 'json')).toEqual(['orders orders.internal:1 http < url']);
    expect(await read('{"url": "http://10.1.2.3:1"}', 'json')).toEqual(['at-10-1-2-3 10.1.2.3:1 http < url']);
  });
});

describe('secrets', () => {
  test('whatever a password is made of, it never comes out', async () => {
    const secret = fc.stringMatching(/^[!-~]{6,24}$/).filter(text => /[^0-9.]/.test(text));
    const shape = fc.constantFrom(
      (s: string) => `postgres://app:${s}@db.internal:5432/app`,
      (s: string) => `redis://:${s}@cache:6379/0`,
      (s: string) => `https://api.example.com/?token=${s}`,
      (s: string) => `app:${s}@tcp(mysql:3306)/app`,
      (s: string) => `https://${s}@o1.example.com/42`,
    );
    await fc.assert(
      fc.asyncProperty(secret, shape, async (text, make) => {
        const marked = `zq${text}qz`;
        const result = JSON.stringify(await readConnections(JSON.stringify({ THING_URL: make(marked) }), 'json'));
        expect(result).not.toContain('zq');
        expect(result).not.toContain('qz');
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['{"a": "s3cr3t', 'json', 'The file is not valid JSON'],
    ['{"a": s3cr3t}', 'json', 'The file is not valid JSON'],
    ['a: 1\nb: "s3cr3t', 'yaml', 'The file is not valid YAML: look at line 2'],
    ['a = 1\nb = s3cr3t', 'toml', 'The file is not valid TOML: look at line 2'],
  ] as const)('a file that cannot be parsed is not quoted: %s', async (text, format, message) => {
    const failure = await readConnections(text, format).catch((error: unknown) => error);
    expect(failure).toMatchObject({ exit: 'usage' });
    expect(failure).not.toHaveProperty('cause');
    expect(String(failure)).toContain(message);
    expect(String(failure)).not.toContain('s3cr3t');
  });
});

describe('bounds', () => {
  test('a file larger than the limit', async () => {
    await expect(readConnections(`#${'x'.repeat(importLimits.bytes)}`, 'env')).rejects.toThrow('larger than 1024 KiB');
  });

  test('more connections than the limit', async () => {
    const urls = Array.from({ length: importLimits.found + 1 }, (_, n) => `http://h${n}:1`);
    await expect(readConnections(JSON.stringify({ web: { urls } }), 'json')).rejects.toThrow('more than 1000 connections');
    expect((await readConnections(JSON.stringify({ web: { urls: urls.slice(1) } }), 'json')).found).toHaveLength(1000);
  });

  test('a file that is nested very deeply', async () => {
    const deep = `${'{"a":'.repeat(500)}"http://x:1"${'}'.repeat(500)}`;
    expect((await readConnections(deep, 'json')).skipped).toEqual([expect.objectContaining({ reason: 'it lies deeper than 64 levels' })]);
  });

  test('a file that refers to itself again and again', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array.from({ length: 9 }, () => `*a${n}`).join(', ')}]`)];
    await expect(readConnections(lines.join('\n'), 'yaml')).rejects.toThrow(/refers to itself too often|more than 200000 values/);
  });

  test('nothing in it', async () => {
    for (const format of ['yaml', 'json', 'env', 'toml'] as const) {
      expect(await readConnections(format === 'json' ? 'null' : '', format)).toEqual({ found: [], skipped: [] });
    }
  });
});

test.each([
  ['docker-compose.yml', 'yaml'],
  ['/etc/x/CONFIG.YAML', 'yaml'],
  ['package.json', 'json'],
  ['miko.toml', 'toml'],
  ['miko.conf', 'toml'],
  ['.env', 'env'],
  ['.env.production', 'env'],
  ['prod.env', 'env'],
  ['README.md', null],
  ['environment', null],
])('%s is %s', (name, format) => expect(formatOf(name)).toBe(format));
