import { configureGlobal } from 'fast-check'

/*
 * Loaded before each file of tests: properties try the same cases in every run, so that a failure is
 * there again when somebody looks for it. Who sets `PROPERTY_RUNS` is looking for new ones.
 */
if (process.env.PROPERTY_RUNS === undefined) configureGlobal({ seed: 20_261_125 })
