/** The name of the account that exists first. */
export const firstAdministrator = 'admin'
