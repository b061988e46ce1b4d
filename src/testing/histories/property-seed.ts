import { configureGlobal } from 'fast-check'

/*
 * Loaded before each file of tests: properties try the same cases in every run, so that a failure
 * can be repeated. `PROPERTY_RUNS` asks for new cases.
 */
if (process.env.PROPERTY_RUNS === undefined) configureGlobal({ seed: 20_261_125 })
