import { useTranslation } from "react-i18next";
import type { Template } from "../../api/types";
import { Button } from "../../ui/Button";
import { GraphSketch } from "../../ui/GraphSketch";

interface TemplateCardProps {
  template: Template;
  pending: boolean;
  onUse: () => void;
}

/** A workflow to start from: its drawing, what it does, and what it cannot do without. */
export function TemplateCard({ template, pending, onUse }: TemplateCardProps) {
  const { t } = useTranslation();
  const asked = template.parameters.filter(({ required }) => required).map(({ title }) => title);
  return (
    <li className="border-line bg-surface shadow-card flex flex-col overflow-hidden rounded-xl border">
      <div className="bg-sunken border-line flex h-36 items-center justify-center border-b px-5">
        <GraphSketch document={template.document} height={100} />
      </div>
      <div className="flex flex-1 flex-col p-5">
        <h2 className="text-md font-semibold">{template.name}</h2>
        <p className="text-ink-2 mt-1 flex-1">{template.description}</p>
        <div className="mt-4 flex items-center justify-between gap-3">
          <p className="text-ink-3 min-w-0 text-sm">
            {asked.length > 0 && t("workflows.fillIn", { list: asked.join(", ") })}
          </p>
          <Button
            onPress={onUse}
            isDisabled={pending}
            aria-label={t("workflows.useNamed", { name: template.name })}
          >
            {t("workflows.use")}
          </Button>
        </div>
      </div>
    </li>
  );
}
