import { createContext } from 'react'

/** The router's key of the location at which the browser opened or reloaded the dashboard. */
export const InitialLocation = createContext<string | null>(null)
