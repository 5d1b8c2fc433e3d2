import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "../../../api/client";
import type { ApprovalRule } from "../../../api/types";
import { approvalRulesQuery } from "../../../app/ruleQueries";

/** Puts these rules in the place of those that hold. */
export function useSaveRules(onSaved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rules: ApprovalRule[]) => unwrap(api.PUT("/api/v1/approval-rules", { body: { rules } })),
    onSuccess: (next) => {
      client.setQueryData(approvalRulesQuery.queryKey, next);
      onSaved();
    },
    meta: { quiet: true },
  });
}
