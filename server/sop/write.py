"""Write the instruction of a step. None is edited: a new one follows."""

from server import clock
from server.db import fetch, session
from server.errors import IdReused
from server.intake.photos import PhotoUnknown, find_photo
from server.sop.tables import Sop

_SAID = ("warehouse_id", "step", "en", "zh", "photo", "questions")


def write_sop(id_, made_by, **said):
    """Let an instruction hold from now on; gives whether it is new. Raises `IdReused`, `PhotoUnknown`."""
    known = session().get(Sop, id_)
    if known:
        if any(getattr(known, name) != said[name] for name in _SAID):
            raise IdReused()
        return False
    if said["photo"] and find_photo(said["photo"]) is None:
        raise PhotoUnknown()
    session().add(Sop(id=id_, made_by=made_by, made_at=clock.now(), **said))
    session().flush()
    return True


def shows_photo(photo_id):
    """Is it the picture of an instruction? Then whoever works here may see it."""
    return bool(fetch("SELECT 1 FROM sops WHERE photo = :id LIMIT 1", id=photo_id))
