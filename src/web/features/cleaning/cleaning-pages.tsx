import { useParams } from 'react-router'
import { CleaningPage } from './cleaning-page.tsx'
import { CleaningView } from './cleaning-view.tsx'
import { CleaningRunPage } from './run/cleaning-run-page.tsx'

/** All pages of cleaning, in one chunk: each chunk costs the first load of every page. */
export const CleaningPages = () =>
  useParams().jobId === undefined ? <CleaningPage /> : <CleaningRunPage />

interface RepositoryCleaningProps {
  readonly repository: string
  /** The person administers the repository. */
  readonly canEdit: boolean
}

/** The view of one repository: its own policy or that which decides for it, and a preview of it. */
export const RepositoryCleaning = ({ repository, canEdit }: RepositoryCleaningProps) => (
  <CleaningView scope={repository} canEdit={canEdit} isOneRepository />
)
