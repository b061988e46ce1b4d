/** The platform of an image (OCI image spec, "Image Index", `platform`). */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  /** For Windows, the build that the image was made for: `10.0.20348.2527`. */
  readonly osVersion?: string
  /** `win32k`. */
  readonly osFeatures?: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/**
 * What a descriptor's `platform`, or an image's configuration, says beyond system and processor.
 */
export function platformDetails(fields: Fields): Omit<Platform, 'os' | 'architecture'> {
  const { variant, 'os.version': osVersion, 'os.features': listed } = fields
  const osFeatures = Array.isArray(listed) ? listed.filter(isText) : []
  return {
    ...(isText(variant) ? { variant } : {}),
    ...(isText(osVersion) ? { osVersion } : {}),
    ...(osFeatures.length > 0 ? { osFeatures } : {}),
  }
}

/** The platform in an image's configuration, which has the same fields; null for none. */
export const platformOfConfiguration = (fields: Fields): Platform | null =>
  isText(fields.os) && isText(fields.architecture)
    ? { os: fields.os, architecture: fields.architecture, ...platformDetails(fields) }
    : null
