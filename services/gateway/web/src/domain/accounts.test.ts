import { expect, it } from "vitest";
import { accountParts, initialValues, visibleFields } from "./accounts";

it("starts with the usual ports and stored settings, never with a secret", () => {
  expect(initialValues("imap")).toMatchObject({ port: "993", tls: "implicit", password: "" });
  expect(initialValues("imap", { host: "mail.local", port: 1143, password: "x" })).toMatchObject({
    host: "mail.local",
    port: "1143",
    password: "",
  });
});

it("splits settings from credentials and leaves out what is empty", () => {
  const values = { ...initialValues("smtp"), host: "smtp.local", from: "a@b.c" };
  expect(accountParts("smtp", values)).toEqual({
    settings: { host: "smtp.local", port: 587, tls: "starttls", from: "a@b.c" },
    credentials: {},
  });
});

it("leaves stored settings alone that the form does not show", () => {
  const stored = { base_url: "http://a/v1", models: ["a", "b"] };
  const { settings } = accountParts("llm", { base_url: "http://b/v1", model: "" }, stored);
  expect(settings).toEqual({ base_url: "http://b/v1", models: ["a", "b"] });
});

it("takes a model server that says nothing else for one of the OpenAI API", () => {
  expect(initialValues("llm", { base_url: "http://a/v1" })).toMatchObject({ protocol: "openai" });
});

it("leaves it to the adapter whether a model is local, unless somebody says so", () => {
  const values = initialValues("llm", { base_url: "http://a/v1" });
  expect(accountParts("llm", values).settings).not.toHaveProperty("privacy");
  const said = accountParts("llm", { ...values, privacy: "local", context_tokens: "8192" });
  expect(said.settings).toMatchObject({ privacy: "local", context_tokens: 8192 });
});

it("sends a list typed with commas", () => {
  const values = { ...initialValues("http"), allowed_hosts: "a.example, b.example,", token: "t" };
  expect(accountParts("http", values)).toEqual({
    settings: { allowed_hosts: ["a.example", "b.example"], scheme: "bearer" },
    credentials: { token: "t" },
  });
});

it("asks for a header name only where one is used", () => {
  const names = (scheme: string) => visibleFields("http", { scheme }).map((field) => field.name);
  expect(names("bearer")).not.toContain("header");
  expect(names("header")).toContain("header");
});
