"""A pallet in the blind tests: all that a bin holds of an item stands on it, so its contents would tell the book."""


def load(hall, sku, quantity):
    """Put all of it onto a pallet, where it lies; gives the pallet's code."""
    code = f"PAL-{hall.code}"
    for from_, to in (("A-01", "A-05"), ("A-05", "A-01")):
        said = {"warehouse": hall.code, "container": code}
        assert hall.zhou.move(sku, quantity, from_, to, **said)["result"] == "accepted"
    return code


def walk_pallet(worker, house, code):
    """Read all that can be asked about a container."""
    worker.get("/containers", warehouse=house)
    worker.get(f"/containers/{code}", warehouse=house)
    for path in ("trace", "recall"):
        worker.get(f"/{path}", warehouse=house, container=code)
        worker.get(f"/{path}", warehouse=house, code=code)


def push_pallet(worker, house, code):
    """Move it to and fro, and look at it each time."""
    for place in ("A-01", "A-05", "A-02", "A-01", "nowhere"):
        worker.tell("container.move", container=code, to=place, warehouse=house)
        walk_pallet(worker, house, code)
