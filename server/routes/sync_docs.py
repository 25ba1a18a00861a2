"""What the OpenAPI document says of `/sync`; the words themselves stand in `sync_words.py`, which decodes them."""

from server.routes.sync_handling import TYPES

_CONTAINER = "what the goods are put onto, or what is moved with all that is on it: its label as it was scanned"
_OUT_OF = (
    "the container that the goods are taken out of: of move, putaway and pick.line, and of each line of transfer.ship"
)
_EVENT = {
    "type": "object",
    "required": ["id", "type", "at", "data"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "description": "UUIDv7 made on the device at the tap"},
        "type": {
            "type": "string",
            "enum": [
                *("count.claim", "count.release", "count.entry", "count.void", "count.empty", "count.submit"),
                *("move", "container.move", "case.report", "tag.bind", "quiz.answer", "action.done"),
                *sorted(TYPES),
            ],
        },
        "at": {"type": "string", "format": "date-time", "description": "the device's clock, with its zone"},
        "seq": {"type": ["integer", "null"], "description": "the device's own order"},
        "data": {
            "type": "object",
            "properties": {
                "container": {"type": ["string", "null"], "description": _CONTAINER},
                "out_of": {"type": ["string", "null"], "description": _OUT_OF},
                "lines": {
                    "type": ["array", "null"],
                    "description": "of transfer.ship and transfer.receive; those of transfer.ship may have `out_of`",
                    "items": {"type": "object"},
                },
            },
        },
    },
}
_RECEIPT = {
    "type": "object",
    "required": ["id", "result", "code", "detail"],
    "properties": {
        "id": {"type": ["string", "null"]},
        "result": {"type": "string", "enum": ["accepted", "duplicate", "refused"]},
        "code": {"type": ["string", "null"], "description": "why refused; or a hint on an accepted one"},
        "detail": {"type": ["string", "null"], "description": "the same in the reader's language"},
    },
}
_EXAMPLE = {
    "device_id": "0192f5a0-5b1e-7c3a-9a51-3f0f3c0a7d11",
    "sent_at": "2026-11-22T02:15:22.123+08:00",
    "events": [
        {
            "id": "0192f5a1-0c1e-7b4e-8f7e-2a6cfa1d2b01",
            "type": "count.entry",
            "at": "2026-11-22T02:15:19.080+08:00",
            "seq": 41,
            "data": {
                "task": "0192f5a0-7d2c-7a3c-9d1b-6a0f5a1c2e03",
                "location": "A-01-02",
                "code": "06901234567892",
                "quantity": "3",
                "method": "camera",
                "raw": "]E06901234567892",
                "photo": None,
            },
        }
    ],
}
SYNC_DOC = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["device_id", "sent_at", "events"],
                    "properties": {
                        "device_id": {"type": "string", "minLength": 1, "maxLength": 120},
                        "sent_at": {"type": "string", "format": "date-time"},
                        "events": {"type": "array", "maxItems": 1000, "items": _EVENT},
                        "on_behalf_of": {
                            "type": ["string", "null"],
                            "description": "id of the person who said it, when a supervisor brings their parked events",
                        },
                    },
                },
                "example": _EXAMPLE,
            }
        },
    },
    "responses": {
        "200": {
            "description": "A receipt for each event, in order",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["received_at", "clock_offset_ms", "receipts"],
                        "properties": {
                            "received_at": {"type": "string", "format": "date-time"},
                            "clock_offset_ms": {"type": "integer"},
                            "receipts": {"type": "array", "items": _RECEIPT},
                        },
                    }
                }
            },
        }
    },
}
