import { PageBody } from "../../ui/PageHeader";
import { Retention } from "../retention/Retention";
import { RunList } from "../runs/RunList";

export function RunsTab({ workflowId }: { workflowId: string }) {
  return (
    <PageBody wide>
      <div className="py-5">
        <Retention workflowId={workflowId} />
      </div>
      <RunList filter={{ workflow_id: workflowId }} />
    </PageBody>
  );
}
