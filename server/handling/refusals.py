"""Why the floor's other work says no."""

from server.errors import NotFound, NotUnderstood, Refusal


class DocumentUnknown(NotFound):
    """No such document, or not for this person."""

    code = "document_unknown"
    en = "There is no document {document} here for this. Check the number, or fetch your tasks again."
    zh = "找不到可用于此操作的单据 {document}。请核对单号或刷新任务。"


class DocumentTaken(Refusal):
    """The number stands for another document of this kind."""

    code = "document_taken"
    en = "The number {document} is already used for another document of this kind. Choose another."
    zh = "单号 {document} 已用于同类的其他单据。请换一个单号。"


class DocumentClosed(Refusal):
    """It has an end already."""

    code = "document_closed"
    en = "The document {document} is closed. What you did is kept on record; ask a supervisor."
    zh = "单据 {document} 已关闭。您的操作已留存；请询问主管。"


class DocumentNotApproved(Refusal):
    """Somebody has to allow it first."""

    code = "document_not_approved"
    en = "The document {document} is not approved yet. Ask a supervisor to approve it."
    zh = "单据 {document} 尚未审核。请联系主管审核。"


class DocumentInWork(Refusal):
    """What people work from does not change under them."""

    code = "document_in_work"
    en = "Work on {document} has begun, so its lines cannot change. Add another document for the rest."
    zh = "单据 {document} 已开始作业，不能再更改明细。请另建单据。"


class SamePerson(Refusal):
    """Two pairs of eyes belong to two people."""

    code = "same_person"
    en = "Somebody else has to do this: you have worked on the other side of {document}."
    zh = "此步骤须由其他人员完成：您已参与单据 {document} 的另一环节。"


class SameDevice(Refusal):
    """And to two devices."""

    code = "same_device"
    en = "Use another device: {document} was worked on with this one by the other side."
    zh = "请换一台设备：此设备已用于单据 {document} 的另一环节。"


class CheckedIt(Refusal):
    """Who looks at what others did cannot be given the other side of it."""

    code = "checked_it"
    en = "{person} has checked {document} and cannot do its other side. Give it to somebody else."
    zh = "{person} 已复核单据 {document}，不能再负责另一环节。请指派给其他人员。"


class DocumentRequired(NotUnderstood):
    """For which document?"""

    code = "document_required"
    en = "Say which document this belongs to: scan or choose it."
    zh = "请说明所属单据：扫描或选择单据。"


class NothingReceived(Refusal):
    """There is nothing to hand in."""

    code = "nothing_received"
    en = "Nothing that came without a document waits on this device to be handed in. Scan what arrived first."
    zh = "本机没有待提交的无单收货。请先扫描到货。"


class NotADelivery(Refusal):
    """Only what nobody announced can be tied."""

    code = "not_a_delivery"
    en = "{document} was announced itself and belongs to nothing else. Choose goods that came without a document."
    zh = "单据 {document} 本身已预报，无需关联。请选择无单到货的收货单。"


class AlreadyTied(Refusal):
    """It belongs to one document."""

    code = "already_tied"
    en = "{document} is tied to another document already."
    zh = "单据 {document} 已关联其他单据。"


class NotTied(Refusal):
    """There is nothing to untie."""

    code = "not_tied"
    en = "{document} is not tied to any document. Refresh it."
    zh = "单据 {document} 未关联任何单据。请刷新。"


class TieSettled(Refusal):
    """What came was settled together with what was announced."""

    code = "tie_settled"
    en = (
        "{document} has ended with what came for it, so this cannot be taken back. Report what is wrong with the goods."
    )
    zh = "单据 {document} 已连同关联到货一并结束，不能再解除关联。如货品有误，请上报异常。"


class ExpiryRequired(NotUnderstood):
    """The item keeps for a while only."""

    code = "expiry_required"
    en = "{sku} has a shelf life. Enter the expiry date on the label."
    zh = "{sku} 有保质期。请输入标签上的有效期。"


class SerialRequired(NotUnderstood):
    """The item is kept piece by piece."""

    code = "serial_required"
    en = "{sku} is kept by serial number. Scan the serial of each piece."
    zh = "{sku} 按序列号管理。请逐件扫描序列号。"


class PlaceRequired(NotUnderstood):
    """Where?"""

    code = "place_required"
    en = "Scan the location."
    zh = "请扫描库位。"


class PlaceVirtual(NotUnderstood):
    """The world outside is no shelf."""

    code = "place_virtual"
    en = "{location} is no place where goods can lie. Scan a shelf, the dock or the staging area."
    zh = "{location} 不是实际库位。请扫描货架、收货区或待发区。"


class OnHold(Refusal):
    """It may not leave."""

    code = "on_hold"
    en = "{sku} is on hold here: {reason}. Put it back and take another lot, or ask a supervisor."
    zh = "{sku} 在此处已冻结：{reason}。请放回并选用其他批次，或联系主管。"


class NothingAgreed(Refusal):
    """Only what two people agree on leaves."""

    code = "nothing_agreed"
    en = "Nothing of {document} has been picked and checked yet. Have it checked first."
    zh = "单据 {document} 尚无已复核的货品。请先复核。"


class StatementUnknown(NotFound):
    """Nothing to withdraw."""

    code = "statement_unknown"
    en = "What you want to withdraw is not known, or is not yours. Send it first."
    zh = "找不到要撤回的记录，或该记录不属于您。请先上传。"


class PhotoRequired(NotUnderstood):
    """Above a value a picture is the evidence."""

    code = "photo_required"
    en = "Goods of this value need a photo. Take one and send again."
    zh = "此金额须附照片。请拍照后重新提交。"


class LinesRequired(NotUnderstood):
    """Of what?"""

    code = "lines_required"
    en = "Say which goods, and how many."
    zh = "请说明货品与数量。"


class ReasonUnknown(NotUnderstood):
    """Not one of the reasons."""

    code = "reason_unknown"
    en = "There is no reason {reason}. Choose one from the list."
    zh = "没有原因 {reason}。请从列表中选择。"


class TierTooHigh(Refusal):
    """The value asks for a higher tier."""

    code = "tier_too_high"
    en = "This value needs the approval of: {tier}. Ask them to decide."
    zh = "该金额须由 {tier} 审核。请转交处理。"


class NoteRequired(NotUnderstood):
    """Above a limit, a decision takes a note."""

    code = "note_required"
    en = "At this value a note is required: say what was found out and why you believe it."
    zh = "该金额须填写说明：请写明查明的情况与判断依据。"


class StillOnTheWay(Refusal):
    """A transfer ends when nothing of it is between the warehouses."""

    code = "still_on_the_way"
    en = "Goods of {document} are still on the way. Receive them, or settle them as lost, before you close it."
    zh = "单据 {document} 仍有货品在途。请先收货，或按在途丢失处理后再关闭。"


class OwnDocument(Refusal):
    """Whoever asks does not allow."""

    code = "own_document"
    en = "You asked for this or worked on it yourself. Somebody else has to decide."
    zh = "此单据由您申请或经手，须由其他人员审核。"


class NotWaiting(Refusal):
    """There is nothing to decide."""

    code = "not_waiting"
    en = "There is nothing to decide here any more. Refresh the list."
    zh = "此项已无需审核。请刷新列表。"


class QuantityNotPositive(NotUnderstood):
    """Nothing is no goods."""

    code = "quantity_not_positive"
    en = "Enter a quantity above zero."
    zh = "数量必须大于零。"


class SamePlace(NotUnderstood):
    """Goods go somewhere."""

    code = "same_place"
    en = "From and to are the same location. Scan the other one."
    zh = "来源与目的库位相同。请扫描另一个库位。"


class EntriesMissing(Refusal):
    """Some of the device's events are still on the way."""

    code = "entries_missing"
    en = "{missing} scans of this device have not arrived yet. Keep it connected; it will finish by itself."
    zh = "本机还有 {missing} 条扫描未上传。请保持联网，稍后将自动完成。"


class NotAContainer(NotUnderstood):
    """Goods are carried by a container."""

    code = "not_a_container"
    en = "{code} is a {kind}, not a container. Scan the label of the pallet or tote."
    zh = "{code} 是{kind}，不是容器。请扫描托盘或周转箱的标签。"


class ContainerUnsure(Refusal):
    """What is on it cannot be told, and nobody moves by guess."""

    code = "container_unsure"
    en = (
        "Something was taken where {container} stands, and nobody said from which container."
        " Move what is on it line by line."
    )
    zh = "容器 {container} 所在库位有货品被取走，但未说明取自哪个容器。请逐行移动其中的货品。"
