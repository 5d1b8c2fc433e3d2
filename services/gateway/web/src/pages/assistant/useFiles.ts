import { useMutation } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { idempotencyKey, unwrap, api } from "../../api/client";
import { toast } from "../../ui/toast";

/** A file beside a message that is being written. */
export interface ChosenFile {
  key: string;
  name: string;
  /** Absent while it is on its way. */
  hash?: string;
}

/** As many as a message takes. */
const most = 10;

/** The files that go along with the next message. Each is sent as soon as it is chosen. */
export function useFiles() {
  const { t } = useTranslation();
  const [files, setFiles] = useState<ChosenFile[]>([]);
  const remove = useCallback((key: string) => setFiles((all) => all.filter((one) => one.key !== key)), []);
  const { mutate } = useMutation({
    mutationFn: async ({ file }: { key: string; file: File }) =>
      unwrap(
        api.POST("/api/v1/artifacts", {
          params: { query: { name: file.name } },
          headers: { "Content-Type": file.type || "application/octet-stream" },
          // The body is the file itself.
          body: file as unknown as number[],
          bodySerializer: (body) => body as unknown as File,
        }),
      ),
    onSuccess: (value, { key }) =>
      setFiles((all) => all.map((one) => (one.key === key ? { ...one, hash: value.$artifact.hash } : one))),
    onError: (_, { key }) => remove(key),
  });
  const add = (chosen: Iterable<File>) => {
    const fresh = [...chosen].map((file) => ({ key: idempotencyKey(), file }));
    const taken = fresh.slice(0, Math.max(0, most - files.length));
    if (taken.length < fresh.length) toast(t("assistant.files.tooMany", { most }));
    setFiles((all) => [...all, ...taken.map(({ key, file }) => ({ key, name: file.name }))]);
    taken.forEach((one) => mutate(one));
  };
  return { files, add, remove, clear: () => setFiles([]), sending: files.some(({ hash }) => !hash) };
}
