"""Who may take a task, what an entry amounts to, which lines are controls. Pure."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from server.errors import NotFound, Refusal


class Form(StrEnum):
    """Scan what you find; these items, no quantities; is it empty?"""

    FULL = "full"
    LIST = "list"
    ZERO = "zero"


class TaskUnknown(NotFound):
    """No such task, or not for this person."""

    code = "task_unknown"
    en = "This task does not exist, or is not yours. Fetch your tasks again."
    zh = "任务不存在或不属于您。请刷新任务列表。"


class TaskClosed(Refusal):
    """The round is over."""

    code = "task_closed"
    en = "This task is already finished. Your scan is kept on record; ask a supervisor whether to count again."
    zh = "该任务已结束。您的扫描已留存；是否重盘请询问主管。"


class TaskTaken(Refusal):
    """Somebody else holds it."""

    code = "task_taken"
    en = "{name} is working on this task. Take it over with a reason, or choose another."
    zh = "{name} 正在执行该任务。请填写理由后接管，或选择其他任务。"


class CountPhotosMissing(Refusal):
    """The policy wants to see what was counted."""

    code = "count_photos_missing"
    en = "Photos are missing of: {where}. Take them with the entries, and submit again."
    zh = "缺少以下照片：{where}。请随盘点条目拍照后重新提交。"


class SamePerson(Refusal):
    """A recount is another person's."""

    code = "same_person"
    en = "Somebody else has to count this one. Choose another task."
    zh = "此任务须由其他人员盘点。请选择其他任务。"


class NotAssigned(Refusal):
    """The task was handed to somebody else."""

    code = "not_assigned"
    en = "This task was given to {name}. Choose another."
    zh = "该任务已指派给 {name}。请选择其他任务。"


class LocationNotInTask(Refusal):
    """The place does not belong to the task."""

    code = "location_not_in_task"
    en = "{location} does not belong to this task. Go to one of the task's locations and scan it."
    zh = "{location} 不在本任务范围内。请前往任务内的库位并扫描。"


class EntryUnknown(NotFound):
    """Nothing to withdraw."""

    code = "entry_unknown"
    en = "The entry to withdraw is not known. Send it first, or fetch the task again."
    zh = "找不到要撤回的记录。请先上传该记录或刷新任务。"


class AlreadyVoided(Refusal):
    """Withdrawn before."""

    code = "already_voided"
    en = "This entry was withdrawn before. Nothing to do."
    zh = "该记录已撤回，无需再次操作。"


class EntriesMissing(Refusal):
    """Some of the device's events are still on the way."""

    code = "entries_missing"
    en = "{missing} scans of this device have not arrived yet. Keep it connected; it will finish by itself."
    zh = "本机还有 {missing} 条扫描未上传。请保持联网，稍后将自动完成。"


class NothingToCount(Refusal):
    """The scope names no place."""

    code = "nothing_to_count"
    en = "No location fits this scope. Widen it."
    zh = "该范围内没有库位。请扩大范围。"


class CountOver(Refusal):
    """The count is closed or cancelled."""

    code = "count_over"
    en = "This count is over. Start a new one."
    zh = "该盘点已结束。请发起新的盘点。"


@dataclass(frozen=True, slots=True)
class TaskView:
    """What deciding about a task needs to know."""

    state: str
    mode: str
    assignee_id: str | None
    claimed_by: str | None
    lease_until: int | None
    excluded: frozenset[str]

    def held_by_other(self, person_id, now):
        """Does somebody else hold a live claim (one that shuts others out)?"""
        return self.mode == "independent" and self.claimed_by not in (None, person_id) and (self.lease_until or 0) > now


def refuse_claim(task, person_id, now, reason=None):
    """Why may this person not take the task? None if they may."""
    if task.state in ("submitted", "cancelled"):
        return TaskClosed()
    if person_id in task.excluded:
        return SamePerson()
    if task.assignee_id not in (None, person_id) and not reason:
        return NotAssigned()
    if task.held_by_other(person_id, now) and not reason:
        return TaskTaken()
    return None


def controls(recounts, matched, share):
    """Which matched lines are counted again, so that a recount tells nothing.

    `share` of all recounts are controls (one in five by default), at least one. Chosen by a hash of the line's id:
    nobody can guess which, and the same lines give the same answer.
    """
    if not recounts or not matched or share <= 0:
        return []
    wanted = max(1, round(len(recounts) * share / (1 - share))) if share < 1 else len(matched)
    return sorted(matched, key=lambda line: hashlib.sha256(str(line).encode()).digest())[:wanted]


def is_photographed(task_id, location, share):
    """Is this one of the bins that take a photo by chance? The same whenever it is asked, and no hint of stock."""
    drawn = int.from_bytes(hashlib.sha256(f"photo {task_id} {location}".encode()).digest()[:4], "big")
    return drawn < share * 2**32


def photos_missing(task_id, statements, items, share):
    """Where a photo is wanted and none was named: `A-01`, `A-01 TEA`, sorted.

    `statements`: rows (location, sku, kind, method, photo) that hold; those of RFID readers need no picture.
    """
    by_people = [said for said in statements if said.method != "rfid"]
    shown = {said.location for said in by_people if said.photo}
    shown_items = {(said.location, said.sku) for said in by_people if said.photo}
    bins = {said.location for said in by_people if is_photographed(task_id, said.location, share)} - shown
    flagged = {(said.location, said.sku) for said in by_people if said.kind == "entry" and said.sku in items}
    return sorted([*bins, *(f"{location} {sku}" for location, sku in flagged - shown_items)])
