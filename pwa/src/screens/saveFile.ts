/** The phone asks where to: print, share or keep. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name.replace(/[^\p{L}\p{N}.-]+/gu, '_')
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
