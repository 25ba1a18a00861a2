/**
 * GS1 Application Identifiers: GS1 General Specifications, chapter 3, as kept by biip (Apache-2.0), which the server uses.
 *
 * One line for each shape of value: `=` of fixed length, `~` ended by FNC1; the pattern, with X for GS1's 82 characters, P for
 * those or two percent-coded bytes, M for a month, D for a day; then the identifiers.
 */

const TABLE = String.raw`
= (\d{18}) 00
= (\d{14}) 01-03
~ (X{1,20}) 10 21-22 243 254 420 4318 7020-7022 710-717 7240 8002 8012
= (\d{2}MD) 11-13 15-17
= (\d{2}) 20
~ (X{1,28}) 235
~ (X{1,30}) 240-241 250-251 400-401 403 4308 4319 7002 7023 8004 90
~ (\d{1,6}) 242
~ (\d{13})(X{0,17}) 253
~ (\d{13})(\d{0,12}) 255
~ (\d{0,8}) 30
= (\d{6}) 3100-3105 3110-3115 3120-3125 3130-3135 3140-3145 3150-3155 3160-3165 3200-3205 3210-3215 3220-3225 3230-3235 3240-3245 3250-3255 3260-3265 3270-3275 3280-3285 3290-3295 3300-3305 3310-3315 3320-3325 3330-3335 3340-3345 3350-3355 3360-3365 3370-3375 3400-3405 3410-3415 3420-3425 3430-3435 3440-3445 3450-3455 3460-3465 3470-3475 3480-3485 3490-3495 3500-3505 3510-3515 3520-3525 3530-3535 3540-3545 3550-3555 3560-3565 3570-3575 3600-3605 3610-3615 3620-3625 3630-3635 3640-3645 3650-3655 3660-3665 3670-3675 3680-3685 3690-3695
~ (\d{1,8}) 37
~ (\d{1,15}) 3900-3909 3920-3929
~ (\d{3})(\d{1,15}) 3910-3919 3930-3939
~ (\d{4}) 3940-3943 8111
~ (\d{6}) 3950-3955 4326 7006 8005
~ (\d{17}) 402
= (\d{13}) 410-417
~ (\d{3})(X{1,9}) 421
~ (\d{3}) 422 424 426
~ ((?:\d{3}){1,5}) 423 425
~ (X{1,3}) 427 7008
~ (P{1,35}) 4300-4301 4310-4311 4320
~ (P{1,70}) 4302-4306 4312-4316 7257
~ ([A-Z0-9]{2}) 4307 4317
~ (\d{20}) 4309
~ ([01]) 4321-4323
~ (\d{10}) 4324-4325 7003
~ (\d{6}[-]?) 4330-4333
~ (\d{13}) 7001
~ (\d{0,4}) 7004
~ (X{1,12}) 7005
~ (\d{6})(\d{6})? 7007
~ (X{1,10}) 7009
~ (X{1,2}) 7010
~ (\d{6})(\d{4})? 7011
~ (\d{3})(X{1,27}) 7030-7039
~ (\d)(X)(X)(X) 7040
~ (X{1,4}) 7041
~ (X{3,30}) 7230-7239
~ (\d{2}) 7241
~ (X{1,25}) 7242 8013-8014 8020
~ (\d{4}MD) 7250
~ (\d{4}MD(?:[01]\d|2[0-3])(?:[0-5]\d)) 7251
~ (\d{1}) 7252
~ (P{1,40}) 7253-7254 7259
~ (P{1,10}) 7255
~ (P{1,90}) 7256
~ (\d[/]\d) 7258
~ (\d{4})(\d{5})(\d{3})(\d{1})(\d{1}) 8001
~ (0)(\d{13})(X{0,16}) 8003
~ (\d{14})(\d{4}) 8006 8026
~ (X{1,34}) 8007
~ (\d{2}MD(?:[01]\d|2[0-3]))((?:[0-5]\d)(?:[0-5]\d)?)? 8008
~ (X{1,50}) 8009
~ ([A-Z0-9/#-]{5,30}) 8010
~ (\d{1,12}) 8011
~ (\d{18}) 8017-8018
~ (\d{1,10}) 8019
~ ([0-9A-Za-z_-]{1,90}) 8030
~ (\d{15}) 8040-8041
~ (\d{32}) 8042
~ (\d{18,20}) 8043
~ (X{1,70}) 8110 8112 8200
~ (X{1,90}) 91-99
`

const SHORT: Record<string, string> = {
  X: '[!%-?A-Z_a-z"]',
  P: '(?:[!%-?A-Z_a-z"]|%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2})',
  M: '(?:0\\d|1[0-2])',
  D: '(?:[0-2]\\d|3[01])',
}

export interface Identifier {
  ai: string
  /** Matches the value at the start of a text. */
  pattern: RegExp
  /** Ends with FNC1, or with the label. */
  variable: boolean
}

const known = new Map<string, Identifier>()

for (const line of TABLE.trim().split('\n')) {
  const [kind, shape, ...spans] = line.split(' ')
  const pattern = new RegExp(`^${shape.replace(/[XPMD]/g, (letter) => SHORT[letter])}`)
  for (const span of spans) {
    for (const ai of unfold(span)) known.set(ai, { ai, pattern, variable: kind === '~' })
  }
}

function unfold(span: string): string[] {
  const [first, last = first] = span.split('-')
  const length = Number(last) - Number(first) + 1
  return Array.from({ length }, (_, place) => String(Number(first) + place).padStart(first.length, '0'))
}

/** The identifier with which a text begins; they have two to four digits, and none begins another. */
export function identifierAt(text: string): Identifier | undefined {
  return known.get(text.slice(0, 2)) ?? known.get(text.slice(0, 3)) ?? known.get(text.slice(0, 4))
}
