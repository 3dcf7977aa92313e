// Elements of the document, made and found; text enters only as text.

export const by = (id) => document.getElementById(id);
export const on = (id, event, act) => by(id).addEventListener(event, act);

/** A new element: attributes (or listeners, as "onclick"), then children. */
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};

/** A size in bytes as people say it. */
export const said = (bytes) =>
  bytes < 1000 ? bytes + ' B' : bytes < 1e6 ? (bytes / 1000).toFixed(bytes < 1e4 ? 1 : 0) + ' KB' : (bytes / 1e6).toFixed(2) + ' MB';

/** The text in the clipboard, and the button saying so for a moment. */
export const copy = async (button, text) => {
  const before = button.dataset.says ||= button.textContent;
  const failed = !navigator.clipboard || await navigator.clipboard.writeText(text).catch(() => true);
  button.textContent = failed ? 'Press Ctrl+C' : 'Copied';
  setTimeout(() => { button.textContent = before; }, 1600);
};
