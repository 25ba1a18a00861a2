"""Small pictures for the set-up page, drawn in lines so that they need no file, no network and no language."""

_HIGHLIGHT = '<rect x="6" y="{y}" width="60" height="14" rx="4" class="here"/>'
_ROWS = "".join(f'<path d="M12 {y}h34" class="faint"/><path d="m58 {y - 3} 3 3-3 3"/>' for y in (25, 43, 61, 79))


def _phone(inside):
    return (
        '<svg viewBox="0 0 72 112" width="72" height="112" aria-hidden="true">'
        f'<rect x="2" y="2" width="68" height="108" rx="10" class="case"/><path d="M29 8h14"/>{inside}</svg>'
    )


def _rows(at):
    """A list of settings with the finger on one."""
    return _phone(_HIGHLIGHT.format(y=18 + 18 * at) + _ROWS)


PICTURES = {
    "lock": _phone(
        '<rect x="22" y="50" width="28" height="24" rx="4" class="here"/><path d="M28 50v-8a8 8 0 0 1 16 0v8"/>'
    ),
    "download": _phone(
        '<path d="M36 28v34m-11-11 11 11 11-11"/><rect x="18" y="72" width="36" height="12" rx="4" class="here"/>'
    ),
    "settings": _rows(0),
    "profile": _rows(1),
    "switch": _phone(
        '<path d="M12 30h30" class="faint"/><rect x="24" y="46" width="28" height="16" rx="8" class="here"/>'
        '<circle cx="44" cy="54" r="6" class="knob"/><path d="M12 80h30" class="faint"/>'
    ),
    "menu": _phone(
        '<circle cx="60" cy="18" r="2"/><circle cx="60" cy="25" r="2"/><circle cx="60" cy="32" r="2"/>'
        + _HIGHLIGHT.format(y=54)
        + '<path d="M12 43h34M12 61h34" class="faint"/>'
    ),
    "share": _phone(
        '<rect x="26" y="66" width="20" height="22" rx="3" class="here"/><path d="M36 80V50m-7 7 7-7 7 7"/>'
    ),
    "tick": _phone('<circle cx="36" cy="56" r="20" class="here"/><path d="m26 56 8 8 13-15"/>'),
    "screen": (
        '<svg viewBox="0 0 112 80" width="112" height="80" aria-hidden="true"><rect x="2" y="2" width="108" height="62"'
        ' rx="6" class="case"/><path d="M40 76h32M56 64v12M56 16v24m-9-9 9 9 9-9"/>'
        '<rect x="38" y="46" width="36" height="10" rx="4" class="here"/></svg>'
    ),
}
