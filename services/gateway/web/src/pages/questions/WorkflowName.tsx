import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { workflowQuery } from "../../app/queries";

/** A workflow by its name, once that is known; its id until then. */
export function WorkflowName({ id }: { id: string }) {
  const { data } = useQuery({ ...workflowQuery(id), meta: { quiet: true } });
  return (
    <Link
      to="/workflows/$workflowId"
      params={{ workflowId: id }}
      className="text-accent rounded hover:underline"
    >
      {data?.name ?? id}
    </Link>
  );
}
