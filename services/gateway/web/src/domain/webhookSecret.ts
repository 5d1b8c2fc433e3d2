const bytes = 32;

/** What callers of a webhook sign with: 256 random bits, for Standard Webhooks as that writes them, else as hex. */
export function newSecret(standard: boolean): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  if (standard) return `whsec_${btoa(String.fromCharCode(...random))}`;
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
