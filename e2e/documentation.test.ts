import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const project = fileURLToPath(new URL('..', import.meta.url))

async function documentsIn(folder: string, recursive = true): Promise<string[]> {
  const entries = await readdir(join(project, folder), { withFileTypes: true, recursive })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
}

async function documents(): Promise<string[]> {
  const folders = ['deploy', 'docs', '.github', 'src'].map((folder) => documentsIn(folder))
  return (await Promise.all([documentsIn('.', false), ...folders])).flat()
}

const withoutBlocks = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '')

/** The anchor that GitHub makes for a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (text: string): string[] =>
  [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

/** A link within the project, with its error; null for a valid one. */
async function flawOf(document: string, link: string): Promise<string | null> {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? document : join(dirname(document), path)
  if (!existsSync(target)) return `${link}: there is no such file`
  if (anchor === undefined || !target.endsWith('.md')) return null
  const anchors = anchorsOf(await readFile(target, 'utf8'))
  return anchors.includes(anchor) ? null : `${link}: there is no such heading`
}

/** Whole paths as they are quoted; one with a placeholder or a pattern in it names no file. */
const quotedPath = /`((?:src|e2e|deploy|docs|public|\.ci|\.github)\/[\w./-]*)`/g
const linkTarget = /\]\(([^)\s]+)\)/g

test('every link and path in the documentation is valid', async () => {
  const flaws: string[] = []
  let links = 0
  let paths = 0
  for (const document of await documents()) {
    const text = withoutBlocks(await readFile(document, 'utf8'))
    const name = relative(project, document)
    for (const [, path = ''] of text.matchAll(quotedPath)) {
      paths += 1
      if (!existsSync(join(project, path))) flaws.push(`${name}: ${path}: there is no such file`)
    }
    for (const [, link = ''] of text.replaceAll(/`[^`]*`/g, '').matchAll(linkTarget)) {
      if (/^[a-z]+:/.test(link)) continue
      links += 1
      const flaw = await flawOf(document, link)
      if (flaw !== null) flaws.push(`${name}: ${flaw}`)
    }
  }
  expect(flaws).toEqual([])
  expect(links).toBeGreaterThan(0)
  expect(paths).toBeGreaterThan(0)
})
