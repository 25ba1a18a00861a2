"""`tallyloop simulate readers`: a sweep with a sled, a dock with doors, signs of life; and the truth as JSON."""

import json
import random
import sys
from collections import Counter as Tally
from pathlib import Path

from server import clock
from server.clock import SECOND
from server.ids import new_id
from server.simulate import world
from server.simulate.deliver import Line, Mishaps, Sender, Told, batches, disturbed, path_of, send_all
from server.simulate.house import Counter, House, tag_of
from server.simulate.words import MAKERS

SCENES = ("sled", "dock", "beat")
SETTLES = 8 * SECOND  # after which a door has made up its mind


def add_words(parser):
    """What may be said on the command line."""
    say = parser.add_argument
    say("scenes", nargs="*", metavar="SCENE", help=f"of {', '.join(SCENES)}; all of them if none is named")
    say("--url", help="of the server; the one of this machine's settings if not told")
    say("--user", help="who may set up readers, of another machine's server: NAME:PASSWORD")
    say("--warehouse", default="WH1")
    say("--place", action="append", default=[], help="sweep this place (again for more); else one with goods is chosen")
    say("--zone", help="sweep all places of this zone that hold goods")
    say("--count", help="sweep the places of this count; with --by, also claim, hand over and submit its first task")
    say("--by", help="who sweeps: NAME:PASSWORD; without --count a count is started for the place")
    say("--prepare", action="store_true", help="only register readers and bind tags, and tell the truth to come")
    say("--reader", help="name of the sled; the others are called after it")
    say("--maker", choices=sorted(MAKERS), help="whose words are said (sled: rfd40, doors: each in turn)")
    say("--seconds", type=float, default=15, help="that a sweep lasts")
    say("--repeat", type=int, default=1, help="sweeps, one after the other; 0: until it is stopped")
    say("--doors", type=int, default=2)
    say("--tags", type=int, default=72, help="tags that go through the doors")
    say("--groups", type=int, default=10, help="pallets that they are on")
    say("--beams", action="store_true", help="doors have light beams too")
    say("--live", action="store_true", help="the dock in its own time; else as if it had just happened")
    say("--missing", type=float, default=0.05, help="share of the tags that the book expects and that are not there")
    say("--unexpected", type=int, default=3, help="tags that lie here and are at home elsewhere")
    say("--unknown", type=int, default=2, help="tags that lie here and are stuck to nothing")
    say("--strays", type=int, default=8, help="tags of the next bays that shine through")
    say("--seed", type=int, default=1, help="the same seed is the same floor")
    say("--rate", type=float, default=0, help="reads a second and reader at most; 0: as fast as the server answers")
    say("--batch", type=int, default=500, help="reads in one post at most")
    say("--duplicates", type=float, default=0, help="per cent of batches that come twice")
    say("--rebatched", type=float, default=0, help="per cent that are cut anew and come again")
    say("--disorder", type=float, default=0, help="per cent that are overtaken")
    say("--mqtt", help="post at this broker in place of HTTP: mqtts://host:8883")
    say("--mqtt-password", help="of every reader at the broker; its key if not told")
    say("--ca", help="file of the authority that signed the broker's certificate")
    say("--insecure", action="store_true", help="believe any certificate of the server")
    say("--out", type=Path, help="also write the truth to this file")


def run(asked, login):
    """Play the scenes; prints the truth as JSON and gives it. `login()`: the word for Authorization of who sets up."""
    url = asked.url.rstrip("/")
    house = House(Line(url, login(), not asked.insecure), asked.warehouse)
    truth = {"seed": asked.seed, "warehouse": asked.warehouse}
    told = Told()
    for scene in asked.scenes or SCENES:
        truth[scene] = _PLAY[scene](asked, house, told)
    truth["sent"] = told.said()
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    if asked.out:
        asked.out.write_text(text + "\n")
    print(text)
    return truth


def sign_in(asked, words):
    """The word for Authorization of `NAME:PASSWORD`."""
    name, _, password = words.partition(":")
    said = Line(asked.url.rstrip("/"), verify=not asked.insecure).ok(
        "POST", "/auth/login", {"username": name, "password": password}
    )
    return f"Bearer {said['access_token']}"


def _sled(asked, house, told):
    chance = random.Random(asked.seed)
    places, stocked = _places(asked, house, chance)
    tagged = {place: house.tagged(place, stocked[place]) for place in places}
    nearby = [place for place in stocked if place not in places]
    nearby = nearby[: max(1, (asked.strays + asked.unexpected) // 5)]
    elsewhere = [tag for place in nearby for tag in house.tagged(place, stocked[place])]
    chance.shuffle(elsewhere)
    unexpected, strays = elsewhere[: asked.unexpected], elsewhere[asked.unexpected :][: asked.strays]
    unknown = [tag_of("nobody", asked.seed, n) for n in range(asked.unknown)]
    expected = sorted(tag for tags in tagged.values() for tag in tags)
    missing = set(chance.sample(expected, round(len(expected) * asked.missing)))
    sender = _sender(asked, house, asked.reader or "sled 1", asked.maker or "rfd40", "handheld", use="count")
    truth = {
        "reader": sender.name,
        "places": places,
        "expected": expected,
        "present": [tag for tag in expected if tag not in missing],
        "missing": sorted(missing),
        "unexpected": sorted(unexpected),
        "unknown": sorted(unknown),
        "strays": sorted(strays),
        "pieces": _pieces(tagged, missing),
    }
    if asked.prepare:
        return truth
    shelves = [world.Shelf(place, tuple(tag for tag in tags if tag not in missing)) for place, tags in tagged.items()]
    shelves[0] = world.Shelf(shelves[0].code, shelves[0].here, tuple(strays))
    task, counter = _begin(asked, house, places, sender.name) if asked.by or asked.count else (None, None)
    sweeps = reads = 0
    while asked.repeat == 0 or sweeps < asked.repeat:
        seen = world.sweep(shelves, asked.seconds, chance)
        seen += world.lie_here(unexpected + unknown, asked.seconds, chance)
        seen.sort(key=lambda one: (one.at, one.tag))
        reads += sum(one.count for one in seen if one.tag)
        _play(asked, [(sender, seen)], clock.now(), told, SECOND // 2)
        sweeps += 1
    if counter:
        if asked.mqtt:  # what the broker has may not have arrived
            counter.wait(task, reads)
        counter.submit(task)
        truth |= {"task": task}
    return truth


def _places(asked, house, chance):
    """(places to sweep, {place: stock} of the warehouse)."""
    stocked = house.stocked()
    if asked.count:
        return house.places_of(asked.count), _with_empty(stocked, house.places_of(asked.count))
    if asked.zone:
        zones = {row["code"] for row in house.line.all("/locations", warehouse=asked.warehouse, zone=asked.zone)}
        return [place for place in stocked if place in zones], stocked
    if asked.place:
        return asked.place, _with_empty(stocked, asked.place)
    some = [place for place, rows in stocked.items() if sum(float(row["qty"]) for row in rows) >= 20]
    if not some:
        raise SystemExit("There are no goods in this warehouse that could carry tags.")
    return [chance.choice(some)], stocked


def _with_empty(stocked, places):
    return {**stocked, **{place: [] for place in places if place not in stocked}}


def _pieces(tagged, missing):
    found = Tally()
    for place, tags in tagged.items():
        for tag, (sku, lot, pieces) in tags.items():
            found[f"{place} {sku} {lot}".strip()] += 0 if tag in missing else pieces
    return dict(sorted(found.items()))


def _begin(asked, house, places, reader):
    """Start a count if there is none, claim its first task, hand the sled over; gives (task, who counts)."""
    if asked.count:
        count = house.line.ok("GET", f"/counts/{path_of(asked.count)}")
    else:
        said = {"id": new_id(), "warehouse": asked.warehouse, "form": "full", "scope": {"locations": places}}
        count = house.line.ok("POST", "/counts", said)
    if not asked.by:
        return None, None
    task = count["tasks"][0]["id"]
    counter = Counter(Line(house.line.url, sign_in(asked, asked.by), not asked.insecure))
    counter.claim(task, reader)
    return task, counter


def _dock(asked, house, told):
    chance = random.Random(asked.seed + 1)
    inside, skus = house.place("DOCK", "dock"), house.plain_items()
    some = chance.sample(skus, min(4, len(skus)))
    tags = [tag_of("dock", asked.warehouse, asked.seed, n) for n in range(asked.tags)]
    sku_of = {tag: some[n % len(some)] for n, tag in enumerate(tags)} if some else {}
    chance.shuffle(tags)
    happened = world.traffic(tags, asked.doors, asked.groups, chance)
    house.bind([(tag, sku, "", 1, "") for tag, sku in sku_of.items()])
    coming = Tally(sku_of[tag] for _, _, way, ones in happened.moves if way == "in" for tag in ones if tag in sku_of)
    if coming:
        house.expect(f"SIM-{asked.seed}", coming)
    makers = [asked.maker] * asked.doors if asked.maker else ["zebra", "impinj", "ours"]
    antennas = [{"antenna": n, "side": "out"} for n in world.OUTSIDE]
    antennas += [{"antenna": n, "side": "in", "location": inside} for n in world.INSIDE]
    doors = [
        _sender(asked, house, _named(asked, f"dock {n + 1}"), makers[n % len(makers)], use="portal", antennas=antennas)
        for n in range(asked.doors)
    ]
    start = clock.now() - (0 if asked.live else happened.lasts + SETTLES)
    start -= start % (10 * SECOND)  # the same floor is the same whenever it is played
    if not asked.prepare:
        seen = [world.seen_at_door(n, happened, asked.beams, chance) for n in range(asked.doors)]
        _play(asked, list(zip(doors, seen, strict=True)), start, told)
    return {
        "readers": [door.name for door in doors],
        "expected_document": f"SIM-{asked.seed}" if coming else None,
        "goods": sku_of,
        "moves": [
            {"epc": tag, "direction": way, "reader": doors[door].name, "at": clock.show_instant(start + at)}
            for at, door, way, ones in happened.moves
            for tag in ones
        ],
        "turned_back": [tag for _, _, ones in happened.turned for tag in ones],
        "static": [tag for _, tag in happened.static],
    }


def _beat(asked, house, told):
    """A sign of life of every reader of ours; of one that dropped messages, too."""
    senders = [_sender(asked, house, _named(asked, f"shelf {n + 1}"), "zebra", use="shelf") for n in range(2)]
    for n, sender in enumerate(senders):
        said = {"type": "heartbeat", "timestamp": clock.show_instant(clock.now()), "data": {}}
        if n:
            said["data"] = {"numDataMessagesDropped": 12}
        sender.line().ok("POST", "/readers/heartbeat", [said])
        told.batches += 1
    return {"readers": [sender.name for sender in senders], "dropped": {senders[1].name: 12}}


def _named(asked, name):
    return f"{asked.reader} {name}" if asked.reader else name


def _sender(asked, house, name, maker, kind="reader", **setup):
    key = house.key_of(name, maker, kind, **setup)
    if asked.mqtt:
        key = asked.mqtt_password or key
    return Sender(name, key, maker, house.line.url, asked.mqtt, asked.ca, not asked.insecure)


def _play(asked, seen, start, told, every=SECOND):
    """Send what each reader saw, disturbed as asked for. The line's chance is not the floor's."""
    mishaps, jobs = Mishaps(asked.duplicates, asked.rebatched, asked.disorder), []
    for n, (sender, sightings) in enumerate(seen):
        parts = batches(sightings, every, asked.batch)
        line = random.Random(f"{asked.seed} line {n}")
        jobs.append((sender, disturbed(parts, mishaps, line, told), start, asked.rate))
    send_all(jobs, told)
    print(f"{told.batches} batches, {told.reads} reads sent", file=sys.stderr)


_PLAY = {"sled": _sled, "dock": _dock, "beat": _beat}
