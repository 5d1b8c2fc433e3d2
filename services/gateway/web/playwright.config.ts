import { defineConfig, devices } from "@playwright/test";

// Against a running fleet, started by `cargo xtask test web`, which also sets the environment that e2e/fleet.ts reads.
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    baseURL: process.env.ST_URL ?? "http://127.0.0.1:7800",
    viewport: { width: 1360, height: 860 },
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: process.env.ST_CHROMIUM ?? process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
    },
  },
  projects: [
    { name: "first account", testMatch: "first-account.ts" },
    { name: "door", testMatch: "door.spec.ts", dependencies: ["first account"] },
    {
      name: "app",
      testMatch: "*.spec.ts",
      testIgnore: "door.spec.ts",
      dependencies: ["first account"],
      use: { storageState: "test-results/.auth/ada.json" },
    },
  ],
});
