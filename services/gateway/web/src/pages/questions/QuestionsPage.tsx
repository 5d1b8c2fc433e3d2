import { useNavigate, useSearch } from "@tanstack/react-router";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useTitle } from "../../app/title";
import { useMyQuestions } from "../../app/unread";
import { PageBody, PageHeader } from "../../ui/PageHeader";
import { DecidedQuestions } from "./DecidedQuestions";
import { OpenQuestions } from "./OpenQuestions";
import { useQuestionKeys } from "./useQuestionKeys";

const tabs = ["open", "decided"] as const;

/** What runs ask people before they go on. */
export function QuestionsPage() {
  const { t } = useTranslation();
  const { state = "open", question } = useSearch({ from: "/shell/questions" });
  const navigate = useNavigate();
  const mine = useMyQuestions();
  useTitle(mine > 0 ? `${t("nav.questions")} (${mine})` : t("nav.questions"));
  useQuestionKeys();
  return (
    <>
      <PageHeader title={t("nav.questions")} lead={t("questions.lead")} />
      <Tabs
        selectedKey={state}
        onSelectionChange={(key) => {
          const next = key === "decided" ? key : undefined;
          if (key !== state) void navigate({ to: "/questions", search: { state: next }, replace: true });
        }}
      >
        <TabList
          aria-label={t("questions.states")}
          className="border-line mx-auto flex max-w-5xl gap-1 overflow-x-auto border-b px-1 sm:px-3"
        >
          {tabs.map((one) => (
            <Tab
              key={one}
              id={one}
              className="text-ink-2 hover:text-ink data-selected:border-accent data-selected:text-ink focus-inset -mb-px cursor-default rounded-t-md border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap"
            >
              {t(`questions.tab.${one}`)}
            </Tab>
          ))}
        </TabList>
        <PageBody>
          <div className="h-6" />
          <TabPanel id="open" className="outline-none">
            <OpenQuestions focusId={question} />
          </TabPanel>
          <TabPanel id="decided" className="outline-none">
            <DecidedQuestions />
          </TabPanel>
        </PageBody>
      </Tabs>
    </>
  );
}
