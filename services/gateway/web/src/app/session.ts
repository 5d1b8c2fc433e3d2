import { create } from "zustand";

interface Session {
  /** Whether this page was ever loaded as a signed-in person. */
  signedIn: boolean;
  /** The session ended while the page was open: ask for the password, keep the page. */
  expired: boolean;
}

export const useSession = create<Session>()(() => ({ signedIn: false, expired: false }));
