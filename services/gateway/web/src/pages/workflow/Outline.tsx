import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { words } from "../../domain/format";
import { GraphSketch } from "../../ui/GraphSketch";
import { NodeIcon } from "../../ui/NodeIcon";
import { NodeApproval } from "./NodeApproval";
import { NodePart } from "./parts/NodePart";
import { useLastDocument } from "./useLastDocument";

interface OutlineProps {
  text: string;
  onChange: (text: string) => void;
  onReveal: (pointer: string) => void;
}

/** The document drawn and listed; while the text is no document, the last one that was. */
export function Outline({ text, onChange, onReveal }: OutlineProps) {
  const { t } = useTranslation();
  const { document } = useLastDocument(useDeferredValue(text));
  return (
    <aside
      aria-label={t("workflow.outline")}
      className="border-line flex shrink-0 flex-col border-t xl:w-80 xl:overflow-y-auto xl:border-t-0 xl:border-l"
    >
      <div className="bg-sunken border-line flex h-40 shrink-0 items-center justify-center border-b px-4">
        {document && <GraphSketch document={document} height={120} />}
      </div>
      <ol className="p-2">
        {document?.nodes.map((node, index) => {
          return (
            <li key={`${node.id}-${index}`} className="flex items-center gap-1">
              <button
                type="button"
                onClick={() => onReveal(`/nodes/${index}/id`)}
                className="hover:bg-hover focus-inset flex min-w-0 flex-1 items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-left"
              >
                <NodeIcon type={node.node_type} size={15} className="text-ink-3 shrink-0" />
                <span className="min-w-0 flex-1 truncate font-medium">{node.id}</span>
                <span className="text-ink-3 truncate text-sm">{words(node.node_type)}</span>
              </button>
              <NodePart text={text} index={index} node={node} onChange={onChange} />
              <NodeApproval text={text} index={index} node={node} onChange={onChange} />
            </li>
          );
        })}
      </ol>
    </aside>
  );
}
