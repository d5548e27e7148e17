import { defineConfig } from 'vitest/config';

/** Tests run on the sources; three projects by how much of the world they start. */
const conditions = ['source', 'node'];
const project = (name: string, include: string[], options: object = {}) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name, include, environment: 'node' as const, pool: 'forks' as const, ...options },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', ['packages/*/src/**/*.test.ts', 'bench/src/**/*.test.ts', 'scripts/**/*.test.ts'], {
        exclude: ['**/*.integration.test.ts', '**/*.e2e.test.ts', '**/dist/**', '**/node_modules/**'],
      }),
      project('integration', ['packages/*/src/**/*.integration.test.ts'], { testTimeout: 60_000, hookTimeout: 60_000 }),
      project('e2e', ['packages/*/src/**/*.e2e.test.ts'], { testTimeout: 180_000, hookTimeout: 60_000, fileParallelism: false }),
    ],
  },
});
