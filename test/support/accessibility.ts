/** Whether a page can be used by everybody, as far as a machine can tell: axe-core inside the real page. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { sideways } from './browser.ts'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Axe {
  run(
    context: Document,
    options: object,
  ): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }>
}

/** The faults axe finds on the page as it stands, `rule: element: what is wrong`; empty when there are none. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  return page.evaluate(async (tags) => {
    const { axe } = window as unknown as { axe: Axe }
    const { violations } = await axe.run(document, {
      runOnly: { type: 'tag', values: tags },
      // Text needs 7:1 here, large text 4.5:1: what the AA rule asks for lies within.
      rules: { 'color-contrast': { enabled: false }, 'color-contrast-enhanced': { enabled: true } },
      resultTypes: ['violations'],
    })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`,
      ),
    )
  }, tags)
}

export const wide = { width: 1280, height: 800 }
/** A small tablet, or a phone lying on its side. */
export const middle = { width: 800, height: 1280 }
export const phone = { width: 390, height: 844 }

/** Resolves when the layout is done and everything that fades or moves in has arrived. */
export async function arrived(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // One frame for the new layout, one for what observers of size do about it.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const fading = document.getAnimations().filter((one) => Number(one.effect?.getComputedTiming().endTime) < 2000)
    await Promise.all(fading.map((one) => one.finished.catch(() => {})))
  })
}

/** Faults at a size: those of axe, what is too wide, and a wrong language for screen readers. */
export async function faultsAt(page: Page, size: typeof wide, language: 'vi' | 'en'): Promise<string[]> {
  await page.setViewportSize(size)
  await page.locator('main .stale').waitFor({ state: 'detached' })
  await arrived(page)
  const spoken = await page.evaluate(() => document.documentElement.lang)
  return [
    ...(await accessibilityFaults(page)),
    ...(await sideways(page)),
    ...(spoken === language ? [] : [`the page is in ${language}, and says that it is in ${spoken}`]),
  ]
}
