import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { speak } from "./app/i18n";
import { spoken, usePreferences } from "./app/preferences";
import { queryClient } from "./app/queryClient";
import { router } from "./app/router";
import "./app/theme.css";

const host = document.getElementById("root");
if (host) {
  const root = createRoot(host);
  void speak(spoken(usePreferences.getState().language)).then(() =>
    root.render(
      <StrictMode>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}
