// Styles that only these pages use, beyond the style sheet of every page.
import '@mantine/core/styles/FloatingIndicator.css'
import '@mantine/core/styles/Chip.css'
import '@mantine/core/styles/SimpleGrid.css'
