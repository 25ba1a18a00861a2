"""What the matrix of roles knows: a row for every route, and what goes along when it is asked."""

from tests.given import PASSWORD
from tests.house import at, new_id
from tests.reader import EPCIS

EVERYBODY = "staff supervisor manager finance auditor admin gateway"
PEOPLE = "staff supervisor manager finance auditor admin"
BOOK = "supervisor manager finance auditor admin"
COMMAND = "supervisor manager admin"
DECIDERS = "supervisor manager finance admin"
SENDERS = "staff supervisor manager finance admin gateway"
PUBLIC = "public"  # also without a token

# method and path · who may · what a supervisor of another warehouse meets when they ask about this one:
# `same` as the supervisor of this one (master data is shared, lists show the own warehouse), or a status.
TABLE = """
GET    /healthz                                | PUBLIC    | same
GET    /readyz                                 | PUBLIC    | same
GET    /metrics                                | PUBLIC    | same
GET    /api/v1/healthz                         | PUBLIC    | same
GET    /api/v1/readyz                          | PUBLIC    | same
GET    /api/v1/metrics                         | PUBLIC    | same
GET    /                                       | PUBLIC    | same
GET    /<page:path>                            | PUBLIC    | same
GET    /docs                                   | PUBLIC    | same
GET    /docs/problems                          | PUBLIC    | same
GET    /docs/start.js                          | PUBLIC    | same
GET    /docs/swagger/<version>/<name>          | PUBLIC    | same
GET    /api/v1/openapi.json                    | PUBLIC    | same
POST   /api/v1/auth/login                      | PUBLIC    | same
POST   /api/v1/auth/badge                      | PUBLIC    | same
POST   /api/v1/auth/refresh                    | PUBLIC    | same
POST   /api/v1/auth/logout                     | PUBLIC    | same
GET    /api/v1/me                              | EVERYBODY | same
PATCH  /api/v1/me                              | EVERYBODY | same
GET    /api/v1/people                          | BOOK      | 404
POST   /api/v1/people                          | admin     | 403
GET    /api/v1/people/<uuid:person_id>         | BOOK      | 404
PATCH  /api/v1/people/<uuid:person_id>         | admin     | 403
GET    /api/v1/devices                         | BOOK      | 404
POST   /api/v1/devices                         | admin     | 403
PATCH  /api/v1/devices/<uuid:device_id>        | admin     | 403
POST   /api/v1/devices/<uuid:device_id>/keys   | admin     | 403
DELETE /api/v1/devices/<uuid:device_id>/keys/old | admin   | 403
GET    /api/v1/warehouses                      | EVERYBODY | same
POST   /api/v1/warehouses                      | admin     | 403
GET    /api/v1/warehouses/<code>               | EVERYBODY | 404
PATCH  /api/v1/warehouses/<code>               | admin     | 403
GET    /api/v1/locations                       | EVERYBODY | 404
POST   /api/v1/locations                       | COMMAND   | 404
GET    /api/v1/locations/<path:code>           | EVERYBODY | 404
PATCH  /api/v1/locations/<path:code>           | COMMAND   | 404
GET    /api/v1/items                           | EVERYBODY | same
POST   /api/v1/items                           | COMMAND   | same
GET    /api/v1/items/<path:sku>                | EVERYBODY | same
PATCH  /api/v1/items/<path:sku>                | COMMAND   | same
GET    /api/v1/codes                           | EVERYBODY | same
POST   /api/v1/codes                           | COMMAND   | same
GET    /api/v1/codes/<path:code>               | EVERYBODY | same
PATCH  /api/v1/codes/<path:code>               | COMMAND   | same
DELETE /api/v1/codes/<path:code>               | COMMAND   | same
GET    /api/v1/lots                            | EVERYBODY | same
POST   /api/v1/lots                            | COMMAND   | same
GET    /api/v1/lots/<sku>/<path:lot>           | EVERYBODY | same
PATCH  /api/v1/lots/<sku>/<path:lot>           | COMMAND   | same
GET    /api/v1/containers                      | EVERYBODY | 404
POST   /api/v1/containers                      | COMMAND   | 404
POST   /api/v1/containers/new                  | staff supervisor manager admin gateway | 404
GET    /api/v1/containers/<path:code>          | PEOPLE    | 404
POST   /api/v1/labels                          | EVERYBODY | 404
GET    /api/v1/reasons                         | EVERYBODY | same
POST   /api/v1/reasons                         | COMMAND   | same
GET    /api/v1/reasons/<code>                  | EVERYBODY | same
PATCH  /api/v1/reasons/<code>                  | COMMAND   | same
GET    /api/v1/policies                        | BOOK      | 404
POST   /api/v1/policies                        | manager admin | 403
GET    /api/v1/policies/current                | BOOK      | 404
GET    /api/v1/policies/<uuid:policy_id>       | BOOK      | 404
GET    /api/v1/identify                        | EVERYBODY | 404
POST   /api/v1/imports/<kind>                  | COMMAND   | same
GET    /api/v1/exports/<kind>.<form>           | BOOK      | 404
POST   /api/v1/photos                          | SENDERS   | same
PUT    /api/v1/photos/<uuid:photo_id>/parts    | SENDERS   | same
GET    /api/v1/photos/<uuid:photo_id>          | EVERYBODY | 404
GET    /api/v1/photos/<uuid:photo_id>/about    | EVERYBODY | 404
POST   /api/v1/sync                            | staff supervisor manager admin gateway | same
GET    /api/v1/tasks                           | PEOPLE    | 404
GET    /api/v1/tasks/<uuid:task_id>            | PEOPLE    | 404
GET    /api/v1/notices                         | PEOPLE    | 404
POST   /api/v1/notices/seen                    | PEOPLE    | same
GET    /api/v1/counts                          | PEOPLE    | 404
POST   /api/v1/counts                          | COMMAND   | 404
GET    /api/v1/counts/due                      | COMMAND   | 404
GET    /api/v1/counts/<uuid:count_id>          | PEOPLE    | 404
POST   /api/v1/counts/<uuid:count_id>/cancel   | COMMAND   | 404
GET    /api/v1/variances                       | BOOK      | 404
GET    /api/v1/variances/<uuid:variance_id>    | BOOK      | 404
POST   /api/v1/variances/<uuid:variance_id>/recount  | DECIDERS | 404
POST   /api/v1/variances/<uuid:variance_id>/relocate | DECIDERS | 404
POST   /api/v1/variances/<uuid:variance_id>/reject   | DECIDERS | 404
POST   /api/v1/variances/<uuid:variance_id>/approve  | DECIDERS | 404
POST   /api/v1/variances/decide                | DECIDERS  | 404
GET    /api/v1/stock                           | PEOPLE    | 404
GET    /api/v1/moves                           | BOOK      | 404
POST   /api/v1/moves                           | COMMAND   | 404
POST   /api/v1/moves/<uuid:move_id>/reverse    | COMMAND   | 404
GET    /api/v1/ledger/check                    | BOOK      | 404
GET    /api/v1/documents                       | PEOPLE    | 404
POST   /api/v1/documents                       | COMMAND   | 404
GET    /api/v1/documents/<uuid:document_id>    | PEOPLE    | 404
GET    /api/v1/documents/<uuid:document_id>/putaway  | PEOPLE  | 404
GET    /api/v1/work                            | BOOK      | 404
POST   /api/v1/documents/give                  | COMMAND   | 404
POST   /api/v1/documents/<uuid:document_id>/approve  | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/reject   | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/cancel   | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/close    | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/settle   | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/tie      | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/untie    | COMMAND | 404
POST   /api/v1/documents/<uuid:document_id>/transit  | DECIDERS | 404
GET    /api/v1/shipments                       | BOOK      | 404
GET    /api/v1/production/usage                | BOOK      | 404
GET    /api/v1/production/lines                | BOOK      | 404
GET    /api/v1/holds                           | PEOPLE    | 404
POST   /api/v1/holds                           | COMMAND   | 404
POST   /api/v1/holds/<uuid:hold_id>/release    | COMMAND   | 404
GET    /api/v1/cases                           | PEOPLE    | 404
POST   /api/v1/cases                           | staff supervisor manager admin gateway | 404
GET    /api/v1/cases/<uuid:case_id>            | PEOPLE    | 404
PATCH  /api/v1/cases/<uuid:case_id>            | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/notes      | staff supervisor manager finance admin | 404
POST   /api/v1/cases/<uuid:case_id>/analysis   | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/actions    | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/actions/<uuid:action_id>/done | staff supervisor manager finance admin | 404
POST   /api/v1/cases/<uuid:case_id>/verify     | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/close      | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/reopen     | DECIDERS  | 404
POST   /api/v1/cases/<uuid:case_id>/archive    | DECIDERS  | 404
GET    /api/v1/responsibilities                | PEOPLE    | 404
POST   /api/v1/responsibilities                | COMMAND | 404
PATCH  /api/v1/responsibilities/<uuid:line_id> | COMMAND | 404
DELETE /api/v1/responsibilities/<uuid:line_id> | COMMAND | 404
GET    /api/v1/trace                           | BOOK      | 404
GET    /api/v1/trace.<form>                    | BOOK      | 404
GET    /api/v1/recall                          | BOOK      | 404
GET    /api/v1/recall.<form>                   | BOOK      | 404
GET    /api/v1/sops                            | PEOPLE    | 404
POST   /api/v1/sops                            | manager admin | 403
GET    /api/v1/quizzes                         | BOOK      | 404
POST   /api/v1/quizzes                         | COMMAND   | 404
POST   /api/v1/quizzes/<uuid:quiz_id>/lift     | COMMAND   | 404
GET    /api/v1/quizzes/results                 | BOOK      | 404
POST   /api/v1/readers/reads                   | staff supervisor manager admin gateway | same
POST   /api/v1/readers/ingest                  | staff supervisor manager admin gateway | same
POST   /api/v1/readers/ingest/<maker>          | staff supervisor manager admin gateway | same
POST   /api/v1/readers/moves                   | staff supervisor manager admin gateway | same
POST   /api/v1/readers/heartbeat               | staff supervisor manager admin gateway | same
GET    /api/v1/readers                         | BOOK      | 404
GET    /api/v1/readers/<uuid:device_id>        | BOOK      | 404
PATCH  /api/v1/readers/<uuid:device_id>        | admin     | 403
GET    /api/v1/readers/aside                   | BOOK      | 404
POST   /api/v1/readers/aside/replay            | admin     | 403
POST   /api/v1/readers/bodies/replay           | admin     | 403
GET    /api/v1/readers/<uuid:device_id>/walks  | BOOK      | 404
POST   /api/v1/readers/<uuid:device_id>/walks  | admin     | 403
GET    /api/v1/readers/sessions                | PEOPLE    | 404
POST   /api/v1/readers/sessions                | staff supervisor manager admin gateway | same
GET    /api/v1/readers/sessions/<uuid:task_id> | PEOPLE    | 404
GET    /api/v1/readers/sessions/<uuid:task_id>/tags | PEOPLE | 404
POST   /api/v1/readers/sessions/<uuid:task_id>/end | staff supervisor manager admin gateway | 404
GET    /api/v1/readers/found/<uuid:task_id>    | BOOK      | 404
POST   /api/v1/readers/found/<uuid:task_id>/answer | COMMAND | 404
GET    /api/v1/readers/passes                  | BOOK      | 404
GET    /api/v1/readers/passes/<uuid:pass_id>   | BOOK      | 404
POST   /api/v1/readers/passes/<uuid:pass_id>   | COMMAND   | 404
GET    /epcis/v2/                              | BOOK      | same
GET    /epcis/v2/eventTypes                    | BOOK      | 404
GET    /epcis/v2/eventTypes/<path:event_type>  | BOOK      | 404
GET    /epcis/v2/eventTypes/<path:event_type>/events | BOOK | 404
GET    /epcis/v2/bizSteps                      | BOOK      | 404
GET    /epcis/v2/bizSteps/<path:step>          | BOOK      | 404
GET    /epcis/v2/bizSteps/<path:step>/events   | BOOK      | 404
GET    /epcis/v2/dispositions                  | BOOK      | 404
GET    /epcis/v2/dispositions/<path:disposition> | BOOK    | 404
GET    /epcis/v2/dispositions/<path:disposition>/events | BOOK | 404
GET    /epcis/v2/readPoints                    | BOOK      | 404
GET    /epcis/v2/readPoints/<path:place>       | BOOK      | 404
GET    /epcis/v2/readPoints/<path:place>/events | BOOK     | 404
GET    /epcis/v2/bizLocations                  | BOOK      | 404
GET    /epcis/v2/bizLocations/<path:place>     | BOOK      | 404
GET    /epcis/v2/bizLocations/<path:place>/events | BOOK   | 404
GET    /epcis/v2/epcs                          | BOOK      | 404
GET    /epcis/v2/epcs/<path:epc>               | BOOK      | 404
GET    /epcis/v2/epcs/<path:epc>/events        | BOOK      | 404
GET    /epcis/v2/events/<path:event_id>        | BOOK      | 404
GET    /epcis/v2/capture                       | EVERYBODY | 404
POST   /epcis/v2/capture                       | staff supervisor manager admin gateway | same
GET    /epcis/v2/capture/<uuid:job_id>         | EVERYBODY | 404
POST   /epcis/v2/events                        | staff supervisor manager admin gateway | same
GET    /epcis/v2/events                        | BOOK      | 404
GET    /api/v1/tags                            | BOOK      | 404
GET    /api/v1/tags/<tag>                      | BOOK      | same
POST   /api/v1/tags                            | staff supervisor manager admin gateway | 404
DELETE /api/v1/tags/<tag>                      | COMMAND   | same
"""


def _rows():
    for line in TABLE.strip().splitlines():
        route, roles, far = (part.strip() for part in line.split("|"))
        method, path = route.split()
        yield method, path, set(globals().get(roles, roles).split()), far


ROWS = list(_rows())
ROLES = EVERYBODY.split()

A_LINE = {"sku": "TEA", "quantity": "3"}
WORD = {"reason": "damage", "cause": "physical.packaging_damage", "stage": "storage"}
IN_WH1 = {"warehouse": "WH1"}
# What goes along, where `{}` would be refused for its form before anybody asks for whom.
BODIES = {
    "POST /api/v1/people": {"username": "new", "name": "New", "password": PASSWORD, "roles": []},
    "PATCH /api/v1/people/<uuid:person_id>": {"name": "Other"},
    "POST /api/v1/devices": {"name": "phone 2", "kind": "phone", **IN_WH1},
    "PATCH /api/v1/devices/<uuid:device_id>": {"revoked": True},
    "POST /api/v1/warehouses": {"code": "WH3", "name": "Three"},
    "PATCH /api/v1/warehouses/<code>": {"name": "One"},
    "POST /api/v1/locations": {"code": "A-09", **IN_WH1},
    "PATCH /api/v1/locations/<path:code>": {"zone": "B"},
    "POST /api/v1/containers": {"code": "P-09", **IN_WH1},
    "POST /api/v1/containers/new": {**IN_WH1},
    "POST /api/v1/labels": {"kind": "location", **IN_WH1},
    "POST /api/v1/policies": {"body": {}, **IN_WH1},
    "POST /api/v1/counts": {"form": "list", "scope": {"locations": ["A-01"]}, **IN_WH1},
    "POST /api/v1/documents": {"kind": "receipt", "lines": [A_LINE], **IN_WH1},
    "POST /api/v1/documents/give": {"documents": "document_id", "anybody": True, **IN_WH1},
    "POST /api/v1/documents/<uuid:document_id>/settle": {"lines": [A_LINE]},
    "POST /api/v1/documents/<uuid:document_id>/tie": {"document": "PO-NONE"},
    "POST /api/v1/documents/<uuid:document_id>/transit": WORD,
    "POST /api/v1/holds": {"kind": "block", "sku": "TEA", **IN_WH1},
    "POST /api/v1/notices/seen": {"keys": ["case_routed:x:1"]},
    "POST /api/v1/cases": {"kind": "lost", **IN_WH1},
    "POST /api/v1/variances/<uuid:variance_id>/relocate": WORD | {"with": "variance_id"},
    "PATCH /api/v1/readers/<uuid:device_id>": {"use": "count"},
    "POST /api/v1/readers/aside/replay": IN_WH1,
    "POST /api/v1/readers/bodies/replay": IN_WH1 | {"from_at": "2026-11-22T02:15:22Z"},
    "POST /api/v1/readers/<uuid:device_id>/walks": {
        "from_at": "2026-11-22T02:15:22Z",
        "to_at": "2026-11-22T02:25:22Z",
        "tags": [{"tag": "E28011606000020A6681F23F", "went": "in"}],
    },
    "POST /api/v1/readers/passes/<uuid:pass_id>": {"act": "reject"},
    "POST /epcis/v2/capture": EPCIS,
    "POST /api/v1/tags": {"tag": "3034257BF7194E4000001A85", "sku": "TEA", **IN_WH1},
    "POST /api/v1/variances/decide": WORD | {"act": "reject", "variances": "variance_id"},
    "PATCH /api/v1/cases/<uuid:case_id>": {"severity": "high"},
    "POST /api/v1/cases/<uuid:case_id>/notes": {"text": "seen"},
    "POST /api/v1/cases/<uuid:case_id>/analysis": {"cause": "human.loss", "stage": "storage"},
    "POST /api/v1/cases/<uuid:case_id>/actions": {"text": "look", "due_at": at(days=1)},
    "POST /api/v1/cases/<uuid:case_id>/verify": {"by": "person", "passed": True},
    "POST /api/v1/responsibilities": {"person": "boss", **IN_WH1},
    "PATCH /api/v1/responsibilities/<uuid:line_id>": {"stage": "storage"},
    "POST /api/v1/sops": {"step": "count", "en": "Count", "zh": "盘点", **IN_WH1},
    "POST /api/v1/quizzes": {"step": "count", **IN_WH1},
    "POST /api/v1/cases/<uuid:case_id>/close": {"note": "found"},
    "POST /api/v1/cases/<uuid:case_id>/reopen": {"note": "lost again"},
    "POST /api/v1/moves": {
        "moves": [
            {"id": new_id(), "sku": "TEA", "quantity": "1", "from": "SUPPLIER", "to": "A-01", **IN_WH1}
            | {"kind": "receipt", "effective_at": at()}
        ]
    },
}
WITHOUT_ID = (
    "/sync",
    "/moves",
    "/reads",
    "/ingest",
    "/<maker>",
    "/heartbeat",
    "/replay",
    "/answer",
    "pass_id>",
    "/keys",
    "count_id>/cancel",
    "/labels",
    "/epcis/v2/capture",
    "/epcis/v2/events",
)
# What `<code>` stands for, by the noun in front of it; other placeholders stand for one thing everywhere.
CODES = {"warehouses": "WH1", "locations": "A-01", "codes": "TEA-1", "reasons": "damage", "containers": "P-01"}
