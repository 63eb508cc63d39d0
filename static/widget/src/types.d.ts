// What the build and the server put into the sources: read by tsc only.
declare const __KANAL_SITE__: import("./panel.js").LoaderSite | null;
declare const __MODULE_CHOICES__: string;
declare const __MODULE_CONTACT__: string;
declare const __MODULE_DETAIL__: string;
declare const __MODULE_EVENTS__: string;
declare const __MODULE_IDENTITY__: string;
interface Window {
  Kanal: { identify: (token?: string) => void; logout: () => void };
}
declare const __MODULE_TYPING__: string;
declare const __MODULE_MARKDOWN__: string;
declare const __MODULE_HISTORY__: string;
declare module "*.css" {
  const text: string;
  export default text;
}
