import { useNavigate, useSearch } from "@tanstack/react-router";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { settingsTabs as tabs } from "../../app/router";
import { useTitle } from "../../app/title";
import { PageBody, PageHeader } from "../../ui/PageHeader";
import { ApiKeysTab } from "./ApiKeysTab";
import { MeTab } from "./MeTab";
import { PromptsTab } from "./prompts/PromptsTab";
import { RulesTab } from "./rules/RulesTab";
import { SystemTab } from "./SystemTab";

export function SettingsPage() {
  const { t } = useTranslation();
  useTitle(t("nav.settings"));
  const { tab = "system", prompt } = useSearch({ from: "/shell/settings" });
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={t("nav.settings")} />
      <Tabs
        selectedKey={tab}
        onSelectionChange={(key) => {
          const next = tabs.find((one) => one === key);
          if (next && next !== tab) void navigate({ to: "/settings", search: { tab: next }, replace: true });
        }}
      >
        <TabList
          aria-label={t("nav.settings")}
          className="border-line mx-auto flex max-w-5xl gap-1 overflow-x-auto border-b px-1 sm:px-3"
        >
          {tabs.map((one) => (
            <Tab
              key={one}
              id={one}
              className="text-ink-2 hover:text-ink data-selected:border-accent data-selected:text-ink focus-inset -mb-px cursor-default rounded-t-md border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap"
            >
              {t(`settings.tab.${one}`)}
            </Tab>
          ))}
        </TabList>
        <PageBody>
          <div className="h-6" />
          <TabPanel id="system" className="outline-none">
            <SystemTab />
          </TabPanel>
          <TabPanel id="me" className="outline-none">
            <MeTab />
          </TabPanel>
          <TabPanel id="api-keys" className="outline-none">
            <ApiKeysTab />
          </TabPanel>
          <TabPanel id="prompts" className="outline-none">
            <PromptsTab openId={prompt} />
          </TabPanel>
          <TabPanel id="rules" className="outline-none">
            <RulesTab />
          </TabPanel>
        </PageBody>
      </Tabs>
    </>
  );
}
