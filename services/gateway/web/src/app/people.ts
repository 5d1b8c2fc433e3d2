import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { shortId } from "../domain/format";
import { meQuery } from "./queries";

/** What a person is called: the API names nobody but the one who reads. */
export function usePersonName(): (id: string) => string {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  return (id) => (id === me?.id ? t("people.you") : t("people.other", { id: shortId(id) }));
}
