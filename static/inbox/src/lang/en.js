/** The inbox's sentences in English. The same names as lang/id.js; a test holds them equal. */

/** How this language writes times. */
export const locale = "en-GB";
export const inbox = "Inbox";
export const views = { waiting: "Waiting", mine: "Mine", assistant: "Assistant", all: "All", closed: "Closed" };
export const search = "Search name, number or words";
export const searchShort = "Search";
export const filters = "Filter";
export const anySite = "All sites";
export const anyTag = "All tags";
export const anyTime = "Any time";
export const times = { 1: "Last 24 hours", 7: "Last 7 days", 30: "Last 30 days" };
export const clearFilters = "Clear the filters";
export const moreTalks = "Show more";
export const loading = "Loading…";
export const emptyList = {
  waiting: "Nobody is waiting for a person right now.",
  mine: "You have no open conversations. Take one over from “Waiting” or “Assistant”.",
  assistant: "The assistant is not in any conversation right now.",
  all: "No conversations yet. As soon as somebody writes, they show up here.",
  closed: "Nothing has been closed yet.",
};
export const emptyViewer = "You may read conversations here, but not answer them, so none can be yours.";
export const emptySearch = "Nothing found. Check the spelling or clear the filters.";
export const visitor = "Visitor {id}";
export const you = "You";
export const by = { visitor: "Visitor", assistant: "Assistant", operator: "Team", system: "" };
export const answeredBy = { model: "AI assistant", knowledge: "From your knowledge", rule: "Automatic reply", person: "Team" };
export const unread = "{n} unread";
export const waits = "Waiting {time}";
export const waitsTooLong = "Overdue: waiting {time}";
export const sleepsUntil = "Snoozed until {time}";
export const online = "Online";
export const offline = "Not on the page";
export const handlers = { bot: "With the assistant", waiting: "Waiting for a person", human: "With {name}", mine: "With you", closed: "Closed" };
export const chooseTalk = "Choose a conversation on the left, or press ? for the keyboard shortcuts.";
export const goneTalk = "This conversation does not exist any more, or it belongs to a site you have no access to.";
export const back = "Back to the list";
export const details = "Details";
export const closeDetails = "Close the details";
export const messages = "Messages";
export const earlier = "Show earlier messages";
export const newHere = "New";
export const readTo = "Seen";
export const delivered = "Sent";
export const pending = "Waiting to be sent";
export const typing = "{name} is typing…";
export const writing = "The assistant is writing…";
export const rated = { up: "The visitor found this helpful", down: "The visitor did not find this helpful" };
export const noMessages = "The visitor opened the chat and has not written yet.";
export const today = "Today";
export const yesterday = "Yesterday";

export const take = "Take over";
export const takeFrom = "Take over from {name}";
export const heldBy = "{name} is answering this visitor.";
export const handBack = "Give back to the assistant";
export const toAssistant = "To the assistant";
export const close = "Close";
export const reopen = "Reopen";
export const more = "More";
export const assign = "Assign to…";
export const assignTo = "Who should go on?";
export const assignSelf = "Me";
export const nobodyElse = "There is nobody else on this site yet. Invite a colleague on the “People” page.";
export const away = "away";
export const snooze = "Snooze…";
export const snoozeUntil = "Come back when?";
export const wake = "End the snooze";
export const snoozes = { hour: "In one hour", evening: "This evening at 18:00", tomorrow: "Tomorrow at 08:00", monday: "Monday at 08:00" };
export const tags = "Tags…";
export const tagsTitle = "Tags of this conversation";
export const noTags = "No tags yet. They are made on the “Tags” page of the menu.";
export const record = "Open the record";
export const done = "Done";
export const cancel = "Cancel";
export const undo = "Undo";
export const acted = {
  close: "Closed. When the visitor writes again, the assistant answers.",
  hand_back: "The assistant answers this visitor again.",
  snooze: "Snoozed. It comes back by itself, or when the visitor writes.",
  assign: "Assigned.",
  take: "You have taken over. The assistant is silent.",
  take_from: "You have taken over. The assistant is silent.",
  reopen: "Open again.",
};

export const reply = "Reply";
export const note = "Note";
export const mode = "What you write is";
export const writeReply = "Write to the visitor";
export const writeNote = "A note for your team";
export const noteOnly = "Only your team sees this";
export const replyTakes = "Your reply takes over: the assistant falls silent.";
export const replyTakesFrom = "{name} is answering this visitor. Take over first if you want to write.";
export const replyReopens = "This conversation is closed. Your reply opens it again.";
export const send = "Send";
export const saveNote = "Save the note";
export const cannedList = "Saved replies";
export const cannedHint = "Type / for a saved reply";
export const cannedOpen = "Insert a saved reply";
export const noCanned = "No saved reply begins like this.";
export const noCannedAtAll = "No saved replies yet. They are made on the “Saved replies” page of the menu.";
export const tooLong = "{n} characters too long";
export const sending = "Sending in {n} s…";
export const looksLikeNote = "This is the text of a note. Send it to the visitor all the same?";
export const looksUnfilled = "{gap} was not filled in. Send it like this all the same?";
export const sendAnyway = "Send to the visitor";
export const imitates = "“{name}” is the name the visitor chose. It is nobody of your team.";
export const taken = "{name} has taken this conversation over. Your text was not sent and is still here.";
export const somebody = "Somebody else";
export const takeAndSend = "Take over and send";
export const notSent = "Not sent: {why} Your text is still here.";
export const viewOnly = "You may read this conversation, but not reply.";

export const why = "Why this answer?";
export const whyUnknown = "Nothing was noted about how this answer came about.";
export const whyFailed = "This could not be loaded. Check your connection and try again.";

export const wayBack = {
  whatsapp: "{name} left without seeing the answer.",
  mail: "{name} left without seeing the answer. If that stays so for two minutes, {contact} gets one mail with the way back.",
  own_mail: "{name} left without seeing the answer, and no mail server is set up.",
  no_address: "{name} left without seeing the answer. A link that leads back here needs PUBLIC_URL in the server's settings.",
};
export const wayOpened = "The message to {name} was opened. Not sent yet? Open it again.";
export const byWhatsApp = "Tell them by WhatsApp";
export const byMail = "Tell them by e-mail";

export const learn = "Make this answer knowledge";
export const learnShort = "+ Knowledge";
export const learnTitle = "New knowledge";
export const learnHelp = "The assistant uses it from now on. Make it general: leave out names and order numbers.";
export const question = "Question";
export const answer = "Answer";
export const learnSave = "Save and try it";
export const learned = "Saved. The assistant finds it for this question.";
export const learnedNotFound = "Saved, but it is not found for this question yet. Word the question as visitors do.";

export const about = {
  title: "Visitor",
  name: "Name",
  contact: "Contact",
  page: "Page",
  device: "Device",
  language: "Language",
  site: "Site",
  started: "Started",
  earlier: "Earlier conversations",
  verified: "Identity verified",
  customer: "Customer number and account",
  tags: "Tags",
  none: "–",
};

export const settings = "Settings";
export const sound = "Sound for new messages";
export const notify = "Notifications on this device while the page is in the background";
export const notifyDenied = "Notifications are blocked for this page. Allow them in the browser’s settings.";
export const hold = "Wait 5 seconds before a reply leaves, so that I can take it back";
export const shortcuts = "Keyboard shortcuts with single letters";
export const imAway = "I am away: do not count on me";
export const help = "Keyboard shortcuts";
export const keys = {
  next: "Next conversation",
  previous: "Previous conversation",
  search: "Search",
  reply: "Write a reply",
  note: "Write a note",
  take: "Take over",
  handBack: "Give back to the assistant",
  close: "Close or reopen",
  assign: "Assign",
  snooze: "Snooze",
  tags: "Tags",
  details: "Details of the visitor",
  why: "Why the latest answer was given",
  undo: "Undo what was just done",
  views: "Waiting, Mine, Assistant, All, Closed",
  send: "Send",
  canned: "Saved replies, in the text box",
  help: "This list",
  leave: "Close what is open, back to the list",
};

export const connecting = "Connecting…";
export const reconnecting = "Connection lost. Reconnecting; what you write is kept.";
export const noInternet = "You are offline. What you write is kept and sent when you are back.";
export const tryNow = "Try now";
export const signedOut = "Your session has ended. What you wrote is kept here.";
export const signIn = "Sign in again";
export const otherPerson = "You are signed in as {name} now, but another account opened this page. Nothing is sent from it any more. Reload to go on as {name}.";
export const refused = "The inbox does not open for you any more. Reload the page; if that does not help, ask the owner for a role at a site.";
export const reload = "Reload";
export const alertWaiting = "{name} is waiting for a person";
export const alertMessage = "New message from {name}";
export const ago = { second: "{n} s", minute: "{n} min", hour: "{n} h", day: "{n} d" };
