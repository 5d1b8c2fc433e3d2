import { create } from "zustand";

interface Session {
  /** Whether this page was ever loaded as a signed-in person. */
  signedIn: boolean;
  /** The session ended while the page was open: ask for the password, keep the page. */
  expired: boolean;
  /** Raised by each sign-in above a page: streams that were refused connect again. */
  epoch: number;
}

export const useSession = create<Session>()(() => ({ signedIn: false, expired: false, epoch: 0 }));
