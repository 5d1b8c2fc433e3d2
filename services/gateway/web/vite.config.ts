import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The gateway embeds dist/. In development its API is proxied, so that cookies stay same-origin.
const gateway = process.env.ST_URL ?? "http://127.0.0.1:7800";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: "es2023",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": gateway, "/auth": gateway } },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/app/testSetup.ts"],
  },
});
