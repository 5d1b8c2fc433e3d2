import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronLeft, Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextInput } from "../../ui/Field";
import { IconButton } from "../../ui/IconButton";
import { ProblemNote } from "../../ui/States";

interface HeaderProps {
  id: string;
  title?: string;
  /** It has the page to itself: its title is the page's. */
  alone?: boolean;
}

/** What a conversation is called, and where that is changed. */
export function ConversationHeader({ id, title, alone }: HeaderProps) {
  const { t } = useTranslation();
  const [renames, setRenames] = useState(false);
  const Title = alone ? "h1" : "h2";
  return (
    <header className="border-line flex min-h-15 items-center gap-2 border-b px-4 sm:px-8">
      <Link
        to="/assistant"
        aria-label={t("assistant.back")}
        className="text-ink-2 hover:bg-hover -ml-2 rounded-lg p-2 lg:hidden"
      >
        <ChevronLeft aria-hidden size={18} />
      </Link>
      <Title className="truncate font-semibold">{title || t("assistant.untitled")}</Title>
      <IconButton small label={t("assistant.rename")} onPress={() => setRenames(true)}>
        <Pencil aria-hidden size={14} />
      </IconButton>
      {renames && <RenameDialog id={id} title={title ?? ""} onClose={() => setRenames(false)} />}
    </header>
  );
}

const longest = 200;

function RenameDialog({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState(title);
  const rename = useMutation({
    mutationFn: () =>
      unwrap(
        api.PATCH("/api/v1/conversations/{id}", { params: { path: { id } }, body: { title: text.trim() } }),
      ),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ["conversations", id] });
      await client.invalidateQueries({ queryKey: ["list", "conversations"] });
    },
  });
  return (
    <Dialog
      title={t("assistant.rename")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("actions.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            form="rename-conversation"
            isDisabled={text.trim() === ""}
            isPending={rename.isPending}
          >
            {t("assistant.saveTitle")}
          </Button>
        </>
      }
    >
      <form
        id="rename-conversation"
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") rename.mutate();
        }}
      >
        <ProblemNote error={rename.error} />
        <TextInput
          label={t("assistant.title")}
          autoFocus
          maxLength={longest}
          value={text}
          onChange={setText}
        />
      </form>
    </Dialog>
  );
}
