/** Where all calls below are mounted. */
export const basePath = '/api/v0'

/** `id` of `/trash/{id}/restore`. */
export type PathParameter<Path extends string> =
  Path extends `${string}{${infer Name}}${infer Rest}`
    ? (Name extends `${infer Plain}+` ? Plain : Name) | PathParameter<Rest>
    : never

/** The path of a call, escaped: `team/app` stays two segments where the template says so. */
export const pathOf = <Path extends string>(
  { path }: { readonly path: Path },
  parameters: Readonly<Record<PathParameter<Path>, string>>,
): string =>
  basePath +
  path.replaceAll(/\{(\w+)(\+?)\}/g, (_, name: PathParameter<Path>, several: string) =>
    several
      ? parameters[name].split('/').map(encodeURIComponent).join('/')
      : encodeURIComponent(parameters[name]),
  )
