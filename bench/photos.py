"""`python -m bench.photos [FOLDER]`: codes found on photos, beside each bare engine in the same run.

FOLDER holds photos with `truth.json` and `shelves.json` as tests/data/barcodes does, which is what is read without it:
a few small ones, chosen for what they test; a rate wants more. Reading the file is not measured, turning pixels is.
Times are of work (the thread's processor time), which others on the same machine stretch less than the clock.
"""

import argparse
import json
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

from server.decode import engines, pixels, strip
from server.decode.photo import read_codes

HERE = Path(__file__).parent.parent / "tests" / "data" / "barcodes"
WAYS = {
    "zxing-cpp alone": lambda grey: _texts(engines.zxing(grey)),
    "zbar alone": lambda grey: _texts(engines.zbar(grey)),
    "both, all that either says": lambda grey: _texts(engines.zxing(grey) + engines.zbar(grey)),
    "ours": lambda grey: _texts(read_codes(grey)),
}
# Whole, readable labels that the truth does not list: shelf labels cut by the frame, and one beside a listed one.
# Looked at by eye; every way is told them as false, and the last column says how many of the false ones these are.
LEFT_OUT = {
    "code39_04.jpg": {"001EC947D49B"},
    "shelf_20_1.jpg": {"10017299408346"},
    "shelf_60_1.jpg": {"https://id.example.com/01/06274834627854/21/39312", "011603538286229910L9548"},
    "shelf_60_2.jpg": {"5011648033874", "A-92-09-7"},
}


@dataclass
class Score:
    """What one way found on a set of photos."""

    found: dict[str, int] = field(default_factory=dict)
    false: int = 0
    left_out: int = 0
    millis: list[float] = field(default_factory=list)

    def add(self, photo, texts, millis):
        """Score one photo."""
        self.millis.append(millis)
        wanted = {code["text"]: code["symbology"] for code in photo["codes"]}
        for text in texts & wanted.keys():
            self.found[wanted[text]] = self.found.get(wanted[text], 0) + 1
        self.false += len(texts - wanted.keys())
        self.left_out += len((texts - wanted.keys()) & LEFT_OUT.get(photo["file"], set()))


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.photos", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE)
    folder = parser.parse_args().folder
    for name in ("truth.json", "shelves.json"):
        photos = json.loads((folder / name).read_text())["images"]
        _show(name, photos, _scores(folder, photos))


def _scores(folder, photos):
    scores = {way: Score() for way in WAYS}
    for photo in photos:
        grey, _ = pixels.luminance(strip.stripped((folder / photo["file"]).read_bytes()), 4500)
        for way, read in WAYS.items():
            started = time.thread_time()
            texts = read(grey)
            scores[way].add(photo, texts, 1000 * (time.thread_time() - started))
    return scores


def _texts(sightings):
    return {seen.text for seen in sightings}


def _show(name, photos, scores):
    codes = sum(len(photo["codes"]) for photo in photos)
    print(f"\n{name}: {len(photos)} photos, {codes} codes\n")
    print(
        f"{'way':28}{'found':>8}{'':>8}{'false':>7}{'median ms':>11}{'p95 ms':>8}{'most ms':>9}  of the false: left out"
    )
    for way, score in scores.items():
        found, times = sum(score.found.values()), sorted(score.millis)
        p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
        said = f"{way:28}{found:8}{found / codes:8.1%}{score.false:7}{statistics.median(times):11.1f}{p95:8.0f}"
        print(f"{said}{times[-1]:9.0f}  {score.left_out}")
    ours, alone = scores["ours"], [scores[way] for way in ("zxing-cpp alone", "zbar alone")]
    kinds = sorted({code["symbology"] for photo in photos for code in photo["codes"]})
    worse = [kind for kind in kinds if ours.found.get(kind, 0) < max(one.found.get(kind, 0) for one in alone)]
    ratio = statistics.median(ours.millis) / statistics.median(scores["zxing-cpp alone"].millis)
    print(f"ours: {ratio:.2f} × zxing-cpp's median; symbologies in which an engine alone finds more: {worse or 'none'}")


if __name__ == "__main__":
    main()
