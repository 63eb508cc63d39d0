/** The panel's sentences in English. The same names as lang/id.js; a test holds them equal. */

export const language = "en";
export const you = "";
export const dialog = "Chat with {name}";
export const close = "Close chat";
export const person = "Get a person";
export const ready = "Ready to help";
export const waiting = "Waiting for our team";
export const withPerson = "{name} from our team";
export const write = "Write a message…";
export const send = "Send";
export const stop = "Stop answering";
export const answering = "Answering…";
export const disclosure = "Answered by {name}. Chats are kept for {days} days. ";
export const assistant = "an automatic assistant";
export const policy = "Privacy policy";
export const offline = "You are offline. Your messages go out once you are back.";
export const reconnecting = "Connection lost, reconnecting…";
export const unreachable = "The chat cannot be reached right now. ";
export const refused = "The chat cannot be used on this page yet. ";
export const otherWay = "Contact us directly";
export const team = "Our team";

// Only in modules:
export const by = { model: "AI assistant", knowledge: "From our own information", rule: "Automatic reply", person: team };
export const pending = "Waiting to be sent";
export const sent = "Sent";
export const read = "Read";
export const good = "Helpful";
export const bad = "Not helpful";
export const latest = "To the latest message";
export const earlier = "Show earlier messages";
export const contactTitle = "We are getting someone for you";
export const contactPurpose = "Leave a WhatsApp number or e-mail so that we can still answer if you close this page. Used for this chat only.";
export const contactOpen = "Our team is here and will answer in this chat.";
export const contactClosed = "Our team is away right now.";
export const contactName = "Name (optional)";
export const contactWay = "WhatsApp number or e-mail";
export const contactSend = "Save";
export const contactWrong = "Please check the number or e-mail address.";
export const contactSkip = "Maybe later";
export const whatsapp = "Continue on WhatsApp";
