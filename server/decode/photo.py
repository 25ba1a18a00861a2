"""Codes on a photo. A ladder: the cheap look first, and each next rung only while nothing is believed.

Most photos are read on the first rung. The others are in bad light (greys against their surroundings), small (made
larger), or turned (by angles that the engines do not try). A picture of many labels is another matter: there both
engines look at all of it, in plain and in evened light, since each finds what the other does not.

What is seen by one engine only gets a second look of its own, at its place alone: that costs a millisecond or two.
"""

import math
import time
from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageFilter

from server.decode import evidence
from server.decode.engines import zbar, zxing
from server.decode.places import places

LONGEST = 1200  # pixels of the longer side that a look works on, if the photo shows one thing
SHELF = 3_000_000  # pixels from which on a photo may show many labels
LABELS = 3  # sightings of the first look from which on it does
SECONDS, SHELF_SECONDS = 0.36, 1.75  # of work, after which no further look begins


@dataclass(frozen=True, slots=True)
class View:
    """A picture made from another one, and the way back: `matrix` takes its points to those of the other."""

    image: Image.Image
    matrix: tuple[float, float, float, float, float, float] = (1, 0, 0, 0, 1, 0)

    def within(self, other):
        """This view, which was made from `other`, as one of what `other` was made from."""
        a, b, c, d, e, f = self.matrix
        k, m, n, p, q, r = other.matrix
        across = (k * a + m * d, k * b + m * e, k * c + m * f + n)
        return View(self.image, (*across, p * a + q * d, p * b + q * e, p * c + q * f + r))

    def holds(self, seen):
        """Does the middle of it lie here? For views that are neither turned nor scaled."""
        x, y = (sum(corner[axis] for corner in seen.quad) / 4 for axis in (0, 1))
        left, top = self.matrix[2], self.matrix[5]
        return left <= x <= left + self.image.width and top <= y <= top + self.image.height

    def back(self, seen):
        """The sighting with corners in pixels of the other picture."""
        a, b, c, d, e, f = self.matrix
        return replace(seen, quad=tuple((a * x + b * y + c, d * x + e * y + f) for x, y in seen.quad))


class Until:
    """When to begin no further look: after so many seconds of work, or four times as many by the clock.

    By work and not by the clock alone, so that what is read on a photo does not depend on who else is at work.
    """

    def __init__(self, seconds):
        self._work, self._clock = time.thread_time() + seconds, time.monotonic() + 4 * seconds

    @property
    def over(self):
        """Is it time?"""
        return time.thread_time() > self._work or time.monotonic() > self._clock


def read_codes(grey, seconds=None):
    """What stands on a photo: believed `Sighting`s, each code once, with corners in pixels of `grey` (mode L, upright).

    `seconds` of work after which no further look begins; by default what the kind of picture deserves.
    """
    looks, large = Looks(grey), grey.width * grey.height >= SHELF
    until = Until(seconds or (SHELF_SECONDS if large else SECONDS))
    looks.take("plain", zxing, View(grey), fast=large)
    if not large and len(looks.sightings) < LABELS:
        return _climb(looks, until)
    return _read_shelf(looks, until if large else Until(seconds or SHELF_SECONDS))


class Looks:
    """What was seen so far, and in which looks."""

    def __init__(self, grey):
        self.grey, self.sightings, self._views, self._done = grey, [], {}, set()

    def take(self, name, engine, view, **how):
        """One look by one engine at a view of the whole photo."""
        for seen in engine(view.image, **how):
            there = evidence.Look(name, view.back(seen))
            self.sightings.append(there)
            self._views.setdefault(there.seen.key, (view, seen))

    def again(self, until, tries=4):
        """A second look at each place that is not believed yet; gives what is believed then."""
        for seen in evidence.doubted(self.sightings):
            if seen.key in self._views and seen.key not in self._done and not until.over:
                self._done.add(seen.key)
                self._again(*self._views[seen.key], tries)
        return evidence.believed(self.sightings)

    def _again(self, whole, seen, tries):
        place = _around(whole.image, seen)
        other, same = (_zbar2, _fast) if seen.engine == "zxing" else (_fast, _zbar2)
        for engine, way in ((other, _same), (other, _enlarged), (same, _evened), (same, _enlarged))[:tries]:
            view = way(place.image)
            found = [whole.back(place.back(view.back(each))) for each in engine(view.image)]
            self.sightings += [evidence.Look(f"{way.__name__} again", each) for each in found]
            if evidence.enough([look for look in self.sightings if look.seen.key == seen.key]):
                return


def _climb(looks, until):
    grey = looks.grey
    for rung in _RUNGS:
        found = looks.again(until)
        if found or until.over:
            return found
        name, engine, way = rung
        looks.take(name, engine, way(grey))
    return looks.again(until)


def _read_shelf(looks, until):
    """All places in plain light, then, larger and in other light, those where nothing is believed yet."""
    around = [_part(looks.grey, box) for box in places(looks.grey)]
    for light, way in _SHELF_LIGHTS:
        found = looks.again(until, tries=2)
        for place in [place for place in around if not any(place.holds(seen) for seen in found)]:
            if until.over:
                return looks.again(until)
            view = way(place.image).within(place)
            looks.take(light, zbar, view, stride=1 if max(view.image.size) < 400 else 2)
            if way is not _same:  # zxing has seen all of it as it is
                looks.take(light, _fast, view)
    return looks.again(until, tries=2) or _read_small(looks.grey, until)


def _read_small(grey, until):
    """One code that fills a large picture is read better in a small one."""
    scale = LONGEST / max(grey.size)
    small = grey.resize((max(1, round(grey.width * scale)), max(1, round(grey.height * scale))), reducing_gap=2)
    view = View(small, (grey.width / small.width, 0, 0, 0, grey.height / small.height, 0))
    return [view.back(seen) for seen in _climb(Looks(small), until)]


def _fast(grey):
    return zxing(grey, fast=True)


def _zbar2(grey):
    return zbar(grey, stride=2)


def _same(grey):
    return View(grey)


def _evened(grey):
    """Every grey against those around it: shadows and glare go, edges stay."""
    small = grey.reduce(8 if min(grey.size) >= 64 else 1)
    around = small.filter(ImageFilter.GaussianBlur(max(small.size) / 24 if max(grey.size) < 2000 else 5))
    return View(ImageChops.subtract(grey, around.resize(grey.size, Image.Resampling.BILINEAR), 1 / 3, 128))


def _enlarged(grey):
    scale = max(1, min(3 if max(grey.size) < 400 else 2, LONGEST / max(grey.size)))
    size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
    x, y = grey.width / size[0], grey.height / size[1]
    return View(grey.resize(size, Image.Resampling.BICUBIC), (x, 0, 0, 0, y, 0))


def _enlarged_evened(grey):
    large = _enlarged(grey)
    return View(_evened(large.image).image, large.matrix)


def _sharpened(grey):
    large = _enlarged(grey)
    return View(large.image.filter(ImageFilter.UnsharpMask(3, 300, 0)), large.matrix)


def _turned(angle):
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def turn(grey):
        image = grey.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=255)
        half = image.width / 2, image.height / 2
        x = grey.width / 2 - cos * half[0] + sin * half[1]
        y = grey.height / 2 - sin * half[0] - cos * half[1]
        return View(image, (cos, -sin, x, sin, cos, y))

    return turn


def _around(grey, seen):
    xs, ys = [x for x, _ in seen.quad], [y for _, y in seen.quad]
    margin = max(24, 0.15 * max(max(xs) - min(xs), max(ys) - min(ys)))
    left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
    right, bottom = min(grey.width, int(max(xs) + margin) + 1), min(grey.height, int(max(ys) + margin) + 1)
    return _part(grey, (left, top, max(right, left + 1), max(bottom, top + 1)))


def _part(grey, box):
    return View(grey.crop(box), (1, 0, box[0], 0, 1, box[1]))


_RUNGS = (
    ("plain", zbar, _same),
    ("evened", zxing, _evened),
    ("evened", _zbar2, _evened),
    ("45", _fast, _turned(45)),
    ("45", _zbar2, _turned(45)),
    ("enlarged", _fast, _enlarged),
    ("20", _fast, _turned(20)),
    ("-20", _fast, _turned(-20)),
    ("enlarged and evened", _zbar2, _enlarged_evened),
    ("sharpened", zxing, _sharpened),
    ("-20", _zbar2, _turned(-20)),
)
_SHELF_LIGHTS = (("plain", _same), ("enlarged", _enlarged), ("evened", _evened), ("sharpened", _sharpened))
