import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, asApiError } from "../api/problem";
import { toast } from "../ui/toast";
import { useSession } from "./session";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: ApiError;
    mutationMeta: {
      /** The component shows the error itself. */
      quiet?: boolean;
    };
  }
}

function noticeExpiry(error: ApiError): boolean {
  if (error.status !== 401 || !useSession.getState().signedIn) return false;
  useSession.setState({ expired: true });
  return true;
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => noticeExpiry(asApiError(error)) }),
  mutationCache: new MutationCache({
    onError: (cause, _variables, _context, _result, mutation) => {
      const error = asApiError(cause);
      if (noticeExpiry(error) || mutation.meta?.quiet) return;
      toast(error.hint ? `${error.message} ${error.hint}` : error.message, { tone: "bad" });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays a refusal; only an unreachable or failing server is asked again.
      retry: (failures, error) => failures < 2 && (error.status === 0 || error.status >= 500),
    },
  },
});
