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
        _step(
            "Change the reader's factory password (root / impinj) first.", "请先修改读写器出厂密码（root / impinj）。"
        ),
        _call("Tell the reader where to post.", "设置读写器的上报地址。", "PUT", "/api/v1/webhooks/event", hook),
        _call(
            "Start reading; a preset that reports each tag once a second and antenna is enough.",
            "开始读取；每个天线每秒上报一次即可。",
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
            "Ask for antenna and strength, once a second.", "上报天线与信号强度，每秒一次。",
            *("PUT", "/cloud/mode", mode, login),
        ),
        _call("Start reading.", "开始读取。", "PUT", "/cloud/start", {"doNotPersistState": False}, login),
    ]  # fmt: skip


def _sled(url, name):
    """`config_endpoint`, as techdocs.zebra.com/dcs/rfid/rfd40-90-mqtt has it. The sled itself puts the tenant before a
    topic and its serial number behind it, so neither stands in one."""
    configuration = {
        "endpointName": "TALLYLOOP",
        "epType": "DATA1",
        "protocol": "MQTT_TLS",
        "activate": True,
        "url": url.partition("://")[2].partition(":")[0],
        "verificationType": "VERIFY_HOST_PEER",
        "port": 8883,
        "tenantId": "tallyloop",
        "mqttParams": {
            "keepAlive": 60,
            "cleanSession": False,
            "reconnectDelayMin": 1,
            "reconnectDelayMax": 60,
            "username": name,
            "password": "<key>",
        },
    }
    told = {
        "command": "config_endpoint",
        "requestId": "1",
        "epConfig": {"operation": "add", "configuration": configuration},
    }
    return [
        _step(
            "These sleds speak MQTT only: start `tallyloop mqtt` beside a broker that knows the sled by this name and"
            " key. The sled publishes under its serial number (RFD40-…): enter that under “Must call itself”, and"
            " let it publish to +/DATA/clients/data1event/<serial>.",
            "该手持读写器仅支持 MQTT：请在 broker 旁运行 `tallyloop mqtt`，并在 broker 中以此名称和密钥登记该设备。"
            "设备以序列号（RFD40-…）发布消息：请将序列号填入“必须自称”，"
            "并允许其发布到 +/DATA/clients/data1event/<序列号>。",
        ),
        _step(
            "Send this to the sled's management topic, or enter the same in 123RFID. Leave the topics out: its own"
            " default is the right one.",
            "将以下内容发送到设备的管理主题，或在 123RFID 中填写相同内容。主题请留空，使用默认值即可。",
            method="PUBLISH",
            path="<tenant>/MDM/clients/cmnd/<serial>",
            body=told,
        ),
        _step(
            "Read in the profile CYCLE_COUNT; in FAST_READ these sleds report no tags.",
            "请使用 CYCLE_COUNT 模式读取；FAST_READ 模式不上报标签。",
        ),
    ]


def _post_to(url, name, path="/api/v1/readers/ingest"):
    return [
        _step(
            "Enter this address, with HTTP Basic, JSON, and 200 as the answer that is expected.",
            "填写以下上报地址：HTTP Basic 认证、JSON 格式、期望返回 200。",
            method="POST",
            path=url + path,
            body={"username": name, "password": "<key>"},
        )
    ]


def _keonn(url, name):
    """AdvanNet's HTTP service, as wiki.keonn.com/software/advannet/services/http-service has it."""
    read = {"epc": "3034257BF7194E4000001A85", "antenna": "1", "rssi": "-62", "ts": "1716900123456"}
    return [
        _step("Change the factory password (admin / admin) first.", "请先修改出厂密码（admin / admin）。"),
        _step(
            "On the page System choose the service HTTP_SERVICE: method POST, this address, Basic authentication.",
            "在 System 页面的 Services 中选择 HTTP_SERVICE：方法 POST、以下地址、Basic 认证。",
            method="POST",
            path=f"{url}/api/v1/readers/ingest",
            body={"username": name, "password": "<key>"},
        ),
        _step(
            "Let the body of TAG_READ (and of TAG_DIRECTION, with `direction`: from AdvanNet 2.5.3) come to this; the"
            " time is getUTC(). An EPC time to live of 1,000 ms is enough.",
            "将 TAG_READ 事件的消息体配置为以下格式（AdvanNet 2.5.3 起 TAG_DIRECTION 事件另加 `direction`）；"
            "时间取 `getUTC`。EPC 的 TTL 设为 1000 毫秒即可。",
            body={"devid": name, "reads": [read]},
        ),
    ]


def _speedway(url, name):
    """Speedway Connect, support.impinj.com 360000044739."""
    return [
        _step(
            "Change the reader's factory password (root / impinj) first.", "请先修改读写器出厂密码（root / impinj）。"
        ),
        _step(
            "On the reader's page choose the output HTTP POST with this address, name and key. Both formats are"
            " understood, JSON and key-value pairs; JSON carries more.",
            "在读写器页面选择 HTTP POST 输出，填写以下地址、名称和密钥。JSON 与键值对两种格式均可，建议使用 JSON。",
            method="POST",
            path=f"{url}/api/v1/readers/ingest",
            body={"username": name, "password": "<key>"},
        ),
        _step(
            "Switch on the heartbeat, peak RSSI and first seen time; a port that does not change its tags need not"
            " report one more often than once a second.",
            "请启用心跳、峰值 RSSI 与首次读取时间；同一天线的同一标签每秒上报一次即可。",
        ),
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
    "keonn": _keonn,
    "speedway": _speedway,
    "llrp": _post_to,
    "gate": lambda url, name: _post_to(url, name, "/api/v1/readers/moves"),
    "ours": _ours,
}
