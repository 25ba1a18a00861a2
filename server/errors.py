"""The Refusal family: every "no" has a code that never changes, and words in English and Chinese.

A verb raises a Refusal; a route answers it as RFC 9457 problem+json; `/sync` turns it into a receipt. The words say
what to do next, since the reader stands in front of a shelf and cannot read our code.
"""


class Refusal(Exception):
    """A no with a code. Subclasses set `code`, `status`, `en`, `zh`; keyword arguments fill the words' braces.

    `problem`: the URI that a standard has for it, in place of our own page. `fields` maps a JSON path to a list of
    codes, for problems that belong to single fields.
    """

    code = "refused"
    status = 409
    problem = ""
    en = "This is not possible."
    zh = "无法执行此操作。"

    def __init__(self, fields=None, **context):
        super().__init__(self.code)
        self.fields = fields
        self.context = context

    def words(self, language):
        """Say it in the reader's language: "zh" or "en"."""
        text = self.zh if language == "zh" else self.en
        return text.format_map(_Kind(self.context))


class _Kind(dict):
    """Context for `format_map` in which a missing word is a dash, never a crash."""

    def __missing__(self, key):
        return "–"


class NotUnderstood(Refusal):
    """422: the words cannot be understood; `fields` says which."""

    code = "not_understood"
    status = 422
    en = "Some fields could not be understood. Correct the ones that are marked and send again."
    zh = "部分内容无法识别。请更正标出的字段后重新提交。"


class NotFound(Refusal):
    """404: it does not exist, or the asker may not see it."""

    code = "not_found"
    status = 404
    en = "This does not exist, or you may not see it. Check the code or id."
    zh = "不存在或您无权查看。请核对编码。"


class NotAllowed(Refusal):
    """403: the role does not allow it."""

    code = "no_permission"
    status = 403
    en = "Your role does not allow this. Ask a supervisor."
    zh = "您的角色无此权限。请联系主管。"


class NotSignedIn(Refusal):
    """401: no token, or one that is not valid."""

    code = "not_signed_in"
    status = 401
    en = "Sign in first."
    zh = "请先登录。"


class IdReused(Refusal):
    """The caller's id already names something else."""

    code = "id_reused"
    en = "This id was used before for something else. Make a new id and send again."
    zh = "此编号已用于其他内容。请生成新的编号后重新提交。"


class Busy(Refusal):
    """503: the database lost too many races in a row."""

    code = "busy"
    status = 503
    en = "The server is busy. Nothing was lost; try again in a few seconds."
    zh = "服务器繁忙，数据未丢失。请稍候几秒再试。"


class Broken(Refusal):
    """500: a bug. Says nothing about the inside."""

    code = "server_error"
    status = 500
    en = "Something went wrong on the server. Nothing was changed; try again, and tell your administrator if it stays."
    zh = "服务器出错，数据未改动。请重试；若仍出错，请联系管理员。"


def every_refusal(base=Refusal):
    """All Refusal classes, for the catalogue of codes and for the house rules."""
    found = [base]
    for child in base.__subclasses__():
        found += every_refusal(child)
    return found


# Codes that stand in `fields`: what is wrong with one field, in both languages.
FIELD_WORDS = {
    "locked": ("is locked for a count; wait for it, or call it off", "正在盘点锁定；请等待盘点结束或取消盘点"),
    "required": ("is missing", "缺少此项"),
    "not_null": ("must not be null", "不能为空值"),
    "not_text": ("must be text", "应为文字"),
    "not_id": ("must be a UUID", "应为 UUID"),
    "not_number": ("must be a number", "应为数字"),
    "not_whole": ("must be a whole number", "应为整数"),
    "not_true_or_false": ("must be true or false", "应为 true 或 false"),
    "not_list": ("must be a list", "应为列表"),
    "not_object": ("must be an object", "应为对象"),
    "not_time": ("must be an RFC 3339 time", "应为 RFC 3339 时间"),
    "not_date": ("must be a date, YYYY-MM-DD", "应为日期 YYYY-MM-DD"),
    "time_without_zone": ("needs a time zone, such as Z or +08:00", "需带时区，如 Z 或 +08:00"),
    "too_many_decimals": ("has too many decimals (quantities three, money four)", "小数位过多（数量三位，金额四位）"),
    "out_of_range": ("is out of range", "超出范围"),
    "too_long": ("is too long", "过长"),
    "too_short": ("is too short", "过短"),
    "too_many": ("has too many entries", "条目过多"),
    "not_a_choice": ("is not one of the choices", "不在可选范围内"),
    "unknown_field": ("is not known here", "未知字段"),
    "unknown": ("is not known", "不存在"),
    "already_used": ("is already used", "已被使用"),
    "wrong_characters": ("has characters that are not allowed", "含有不允许的字符"),
    "same_place": ("must differ from the source", "来源与目的不能相同"),
    "not_json": ("is not valid JSON", "不是有效的 JSON"),
    "invalid": ("is not valid", "无效"),
    "not_a_password": ("must have at least 8 characters", "至少需要 8 个字符"),
    "not_a_pin": ("must have 4 to 12 digits", "应为 4 至 12 位数字"),
    "check_digit": ("has a wrong check digit", "校验位错误"),
}
