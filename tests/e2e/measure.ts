/// <reference lib="dom" />
import type { Locator } from "playwright-core";

// These arrows run in the browser.

export function outlineOf(locator: Locator): Promise<string> {
  return locator.evaluate((element) => getComputedStyle(element).outlineStyle);
}

/** How wide the page is, beyond the window too. */
export function pageWidth(body: Locator): Promise<number> {
  return body.evaluate((element) => element.ownerDocument.documentElement.scrollWidth);
}

/**
 * Contrast of a text with the nearest ground behind it, from the colours that the browser uses.
 * https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
export async function contrastOf(text: Locator): Promise<number> {
  const [ink, ground] = await text.evaluate((element) => {
    let at: Element | null = element;
    while (at !== null && getComputedStyle(at).backgroundColor === "rgba(0, 0, 0, 0)") at = at.parentElement;
    return [getComputedStyle(element).color, getComputedStyle(at ?? document.body).backgroundColor];
  });
  const [a, b] = [luminance(ink ?? ""), luminance(ground ?? "")];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
