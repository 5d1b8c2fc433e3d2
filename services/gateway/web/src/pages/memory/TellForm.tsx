import { MessageSquarePlus } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../../app/commands";
import { Button } from "../../ui/Button";
import { toast } from "../../ui/toast";
import { FactForm } from "./FactForm";
import { useTell } from "./useFacts";

const formId = "tell-fact";

/** Where a person tells the assistant something. */
export function TellForm() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const tell = useTell((fact) => {
    toast(t("memory.told"));
    // What was typed meanwhile stays.
    setText((now) => (now.trim() === fact.text ? "" : now));
  });
  const commands = useMemo(
    () => [
      {
        id: "memory.tell",
        title: t("memory.tellKey"),
        section: t("nav.memory"),
        keys: "n",
        icon: MessageSquarePlus,
        run: () => document.querySelector<HTMLElement>(`#${formId} textarea`)?.focus(),
      },
    ],
    [t],
  );
  useCommands(commands);
  return (
    <FactForm
      id={formId}
      label={t("memory.tell")}
      hint={t("memory.tellHint")}
      text={text}
      onText={(next) => {
        setText(next);
        if (tell.isError) tell.reset();
      }}
      onSend={(told) => tell.mutate({ text: told })}
      error={tell.error}
    >
      <div className="flex justify-end">
        <Button kind="primary" type="submit" isPending={tell.isPending}>
          {t("memory.remember")}
        </Button>
      </div>
    </FactForm>
  );
}
