/** A crate above waves, in the colour of the text around it. */
export function Logo({ size, className }: { size: number; className?: string | undefined }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      className={className}
    >
      <path d="M9.6 10.8 20 5.4l5 9.6-7.4 3.9" />
      <path d="M9.6 10.8l3.6 7M14.8 8.1l1.9 3.7 2.6-1.4" />
      <path d="M3 21.4c2.2 2 4.3 2 6.5 0s4.3-2 6.5 0 4.3 2 6.5 0 4.3-2 6.5 0" />
      <path d="M6.2 26.6c2.2 2 4.3 2 6.5 0s4.3-2 6.5 0 4.3 2 6.5 0" opacity=".55" />
    </svg>
  )
}
