import { createContext } from 'react'

/** The router's key of where the browser itself opened the dashboard, or loaded it again. */
export const FirstLocation = createContext<string | null>(null)
