import { defineConfig } from 'vitest/config';

/** Every level of test runs in Node: rules as plain functions, the app as a real workerd process over sockets. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The default leaves one core to others, which on two cores is half of the machine.
    maxWorkers: '100%',
    globalSetup: ['test/support/build.ts', 'test/support/page/setup.ts'],
    // The page's tests meet a machine that others use too. What fails twice in CI is a fault; elsewhere, what fails once.
    retry: process.env['CI'] ? 1 : 0,
    setupFiles: ['test/support/property-seed.ts'],
    // A busy machine may be several times slower, and must not decide a test.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
