// @ts-check
/// <reference lib="dom" />
/**
 * Elements made without markup: a text stays a text.
 * @module
 */

/** @typedef {string | Node | null | false} Child */

/**
 * Makes an element. Properties whose value is a function are listeners; false and null leave a property out.
 * @param {string} name
 * @param {Readonly<Record<string, unknown>>} [properties]
 * @param {...Child} children
 * @returns {any}
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key, /** @type {EventListener} */ (value));
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  fill(made, ...children);
  return made;
}

/**
 * Puts children in place of those an element has.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  const nodes = children.filter((child) => child !== null && child !== false);
  parent.replaceChildren(.../** @type {(string | Node)[]} */ (nodes));
}

let made = 0;

/**
 * A control with its label before it.
 * @param {string} text
 * @param {HTMLElement} control
 * @param {string} [name] class of both together
 * @returns {any}
 */
export function labelled(text, control, name = "control") {
  control.id = `control-${++made}`;
  const label = element("label", { for: control.id }, text);
  const isCheck = control.getAttribute("type") === "checkbox";
  return element("span", { class: name }, ...(isCheck ? [control, label] : [label, control]));
}

/**
 * A list to choose from.
 * @param {readonly string[]} names
 * @param {number} chosen
 * @param {(place: number) => void} onChoose
 * @returns {any}
 */
export function chooser(names, chosen, onChoose) {
  const options = names.map((name, place) => element("option", { value: place, selected: place === chosen }, name));
  const select = element("select", { change: () => onChoose(Number(select.value)) }, ...options);
  return select;
}

/**
 * A box to tick.
 * @param {string} text
 * @param {boolean} isTicked
 * @param {(isTicked: boolean) => void} onChange
 * @returns {any}
 */
export function tick(text, isTicked, onChange) {
  const box = element("input", { type: "checkbox", change: () => onChange(box.checked) });
  box.checked = isTicked;
  return labelled(text, box);
}

/**
 * A colour of the style sheet, for what is painted on a canvas.
 * @param {string} name
 * @returns {string}
 */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
