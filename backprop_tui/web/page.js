// The keys go to the terminal once the app is there, without a click first.
new MutationObserver((_, observer) => {
  if (document.body.classList.contains("-first-byte")) {
    observer.disconnect();
    document.querySelector(".xterm-helper-textarea").focus();
  }
}).observe(document.body, { attributeFilter: ["class"] });

// What is pasted goes in pieces: the server takes no message of more than 64 KiB, and a character may need six bytes.
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (message) {
  const [kind, typed] = JSON.parse(message);
  const pieces = kind === "stdin" ? typed.match(/[^]{1,8000}/gu) || [] : [];
  const messages = pieces.length > 1 ? pieces.map((piece) => JSON.stringify([kind, piece])) : [message];
  messages.forEach((each) => send.call(this, each));
};
