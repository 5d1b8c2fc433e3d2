import { PageBody } from "../../ui/PageHeader";
import { RunList } from "../runs/RunList";

export function RunsTab({ workflowId }: { workflowId: string }) {
  return (
    <PageBody wide>
      <div className="h-6" />
      <RunList filter={{ workflow_id: workflowId }} />
    </PageBody>
  );
}
