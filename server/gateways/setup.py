"""What to tell a reader so that it posts here: for each model the exact words, to copy. Pure.

`<key>` stands where the device's key belongs: it is shown once, and kept by nobody.
"""

import json
import shlex

MODELS = ("ours", "impinj_r700", "zebra_fx", "zebra_rfd40", "keonn", "speedway", "gate", "llrp")
USES = ("count", "portal", "shelf")


def setup_of(model, url, name):
    """Steps `[{say: {en, zh}, method?, path?, body?, curl?}]` for one model. `url`: of this server, without a slash."""
    return _STEPS.get(model, _ours)(url, name)


def invitation(url, warehouse, name, model):
    """The text of a QR code with which a phone or an agent sets itself up as this reader. Whoever made the reader adds
    its key as `key` while they have it: it is kept by nobody."""
    path = "/api/v1/readers/reads" if model == "ours" else "/api/v1/readers/ingest"
    said = {"tallyloop": 1, "url": url, "post": path, "warehouse": warehouse, "reader": name, "model": model}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _step(en, zh, **how):
    return {"say": {"en": en, "zh": zh}, **how}


def _call(en, zh, method, path, body, login="root:impinj"):
    said = json.dumps(body, separators=(",", ":")) if body is not None else None
    data = f" -H 'Content-Type: application/json' -d {shlex.quote(said)}" if said else ""
    curl = f"curl -k -u {login} -X {method} https://<reader>{path}{data}"
    return _step(en, zh, method=method, path=path, body=body, curl=curl)


def _impinj(url, name):
    host = url.partition("://")[2]
    port = int(host.rpartition(":")[2]) if ":" in host else (443 if url.startswith("https") else 80)
    hook = {
        "active": True,
        "eventBatchLimit": 1000,
        "eventBatchLingerMilliseconds": 1000,
        "eventBufferSize": 100000,
        "retry": {"enabled": True, "retryInitialSeconds": 1, "retryMaxSeconds": 60},
        "serverConfiguration": {
            "url": f"{url}/api/v1/readers/ingest",
            "port": port,
            "authentication": {"username": name, "password": "<key>"},
            "tls": {"verifyServer": url.startswith("https")},
        },
    }
    return [
        _step("Change the reader's factory password (root / impinj) first.", "请先修改读写器出厂密码(root / impinj)。"),
        _call("Tell the reader where to post.", "设置读写器的上报地址。", "PUT", "/api/v1/webhooks/event", hook),
        _call(
            "Start reading; a preset that reports each tag once a second and antenna is enough.",
            "开始读取;每个天线每秒上报一次即可。",
            *("POST", "/api/v1/profiles/inventory/presets/default/start", None),
        ),
    ]


def _zebra(url, name):
    endpoint = {
        "type": "httpPost",
        "URL": f"{url}/api/v1/readers/ingest",
        "security": {
            "authenticationType": "BASIC",
            "authenticationOptions": {"username": name, "password": "<key>"},
            "verifyPeer": url.startswith("https"),
            "verifyHost": url.startswith("https"),
        },
    }
    gateway = {
        "batching": {"reportingInterval": 1000, "maxPayloadSizePerReport": 256000},
        "retention": {"maxEventRetentionTimeInMin": -1, "maxNumEvents": 150000, "throttle": 500},
    }
    mode = {
        "type": "CUSTOM",
        "tagMetaData": ["ANTENNA", "RSSI", "SEEN_COUNT"],
        "reportFilter": {"duration": 1, "type": "PER_ANTENNA"},
    }
    login = "admin:<password>"
    return [
        _call("Tell the reader where to post.", "设置读写器的上报地址。", "PUT", "/cloud/config", {
            "READER-GATEWAY": {"endpointConfig": {"data": {"event": {"connections": [endpoint]}}}, **gateway}
        }, login),
        _call(
            "Ask for antenna and strength, once a second.", "上报天线与信号强度,每秒一次。",
            *("PUT", "/cloud/mode", mode, login),
        ),
        _call("Start reading.", "开始读取。", "PUT", "/cloud/start", {"doNotPersistState": False}, login),
    ]  # fmt: skip


def _sled(url, name):
    return [
        _step(
            "These sleds speak MQTT only: start `tallyloop mqtt` beside a broker, and give the sled its address.",
            "该手持读写器仅支持 MQTT:请在 broker 旁运行 `tallyloop mqtt`,并在设备中填写 broker 地址。",
            body={
                "endpoint": {"host": url.partition("://")[2].partition(":")[0], "port": 8883, "protocol": "MQTT_TLS"},
                "username": name,
                "password": "<key>",
                "topic": f"tallyloop/DATA/clients/data1event/{name}",
                "qos": 1,
            },
        )
    ]


def _post_to(url, name, path="/api/v1/readers/ingest"):
    return [
        _step(
            "Enter this address, with HTTP Basic, JSON, and 200 as the answer that is expected.",
            "填写以下上报地址:HTTP Basic 认证、JSON 格式、期望返回 200。",
            method="POST",
            path=url + path,
            body={"username": name, "password": "<key>"},
        )
    ]


def _ours(url, name):
    read = {"epc": "3034257BF7194E4000001A85", "antenna": 1, "rssi_dbm": -52, "first": "2026-11-22T02:15:19Z"}
    batch = {"batch_id": "1", "seq": 1, "sent_at": "2026-11-22T02:15:20Z", "reads": [read]}
    said = shlex.quote(json.dumps(batch, separators=(",", ":")))
    curl = f"curl -u {shlex.quote(name)}:'<key>' -H 'Content-Type: application/json' -d {said}"
    curl += f" {url}/api/v1/readers/reads"
    return [
        _step(
            "Post batches of reads like this one.",
            "按以下格式提交读取批次。",
            method="POST",
            path=f"{url}/api/v1/readers/reads",
            body=batch,
            curl=curl,
        )
    ]


_STEPS = {
    "impinj_r700": _impinj,
    "zebra_fx": _zebra,
    "zebra_rfd40": _sled,
    "keonn": _post_to,
    "speedway": _post_to,
    "llrp": _post_to,
    "gate": lambda url, name: _post_to(url, name, "/api/v1/readers/moves"),
    "ours": _ours,
}
