import { useCallback } from "react";
import { api, removed } from "../api/client";
import { asApiError } from "../api/problem";
import { toast } from "../ui/toast";

/** Ends the session and starts the app afresh, so that nothing of it stays in memory. */
export function useSignOut(): () => void {
  return useCallback(() => {
    removed(api.DELETE("/api/v1/session")).then(
      () => window.location.assign("/sign-in"),
      (error: unknown) => toast(asApiError(error).message, { tone: "bad" }),
    );
  }, []);
}
