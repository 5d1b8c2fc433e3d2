import { useQuery } from "@tanstack/react-query";
import { LogOut, Monitor, Moon, Sun, type LucideIcon } from "lucide-react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Language } from "../../app/i18n";
import { usePreferences, type Theme } from "../../app/preferences";
import { meQuery } from "../../app/queries";
import { useSignOut } from "../../app/signOut";
import { initials } from "../../domain/format";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { SelectInput, SwitchInput } from "../../ui/Field";
import { Card } from "../../ui/PageHeader";

const themes: { id: Theme; icon: LucideIcon }[] = [
  { id: "system", icon: Monitor },
  { id: "light", icon: Sun },
  { id: "dark", icon: Moon },
];

/** Each language in its own words. */
const choices: { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "de", name: "Deutsch" },
];

export function MeTab() {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const { theme, setTheme, language, setLanguage, singleKeys, setSingleKeys } = usePreferences();
  const signOut = useSignOut();
  return (
    <div className="flex max-w-xl flex-col gap-5">
      <Card padded>
        <div className="flex flex-wrap items-center gap-4">
          <span
            aria-hidden
            className="bg-accent-soft text-accent grid size-12 place-items-center rounded-full text-lg font-semibold"
          >
            {initials(me?.name ?? "")}
          </span>
          <div className="min-w-0 flex-1">
            <p className="truncate text-md font-semibold">{me?.name}</p>
            <p className="text-ink-2 truncate">{me?.email}</p>
          </div>
          <Button onPress={signOut}>
            <LogOut aria-hidden size={14} />
            {t("session.signOut")}
          </Button>
        </div>
        {me && (
          <p className="text-ink-2 border-line mt-4 flex flex-wrap items-center gap-x-2 border-t pt-3 text-sm">
            <span className="font-medium">{t("people.yourId")}</span>
            <code className="font-mono">{me.id}</code>
            <CopyButton text={me.id} />
            <span className="text-ink-3">{t("people.yourIdText")}</span>
          </p>
        )}
      </Card>
      <Card padded>
        <RadioGroup
          value={theme}
          onChange={(value) => setTheme(themes.find(({ id }) => id === value)?.id ?? "system")}
        >
          <Label className="text-sm font-medium">{t("settings.theme")}</Label>
          <div className="mt-2 grid grid-cols-3 gap-2">
            {themes.map(({ id, icon: Icon }) => (
              <Radio
                key={id}
                value={id}
                className="border-line data-selected:border-accent data-selected:bg-accent-soft data-selected:text-accent hover:border-line-strong flex flex-col items-center gap-1.5 rounded-xl border py-3"
              >
                <Icon aria-hidden size={18} />
                {t(`settings.themes.${id}`)}
              </Radio>
            ))}
          </div>
        </RadioGroup>
      </Card>
      <Card padded>
        <SelectInput
          label={t("settings.language")}
          hint={t("settings.languageText")}
          value={language}
          onChange={(id) => setLanguage(choices.find((one) => one.id === id)?.id ?? "system")}
          options={[{ id: "system", name: t("settings.languageSystem") }, ...choices]}
        />
      </Card>
      <Card padded>
        <SwitchInput label={t("settings.singleKeys")} isSelected={singleKeys} onChange={setSingleKeys} />
        <p className="text-ink-3 mt-1.5 text-sm">{t("settings.singleKeysText")}</p>
      </Card>
    </div>
  );
}
