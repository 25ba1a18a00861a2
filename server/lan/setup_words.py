"""What the set-up page says, in both languages: (picture, English, Chinese) for each step of each kind of device."""

DEVICES = {"ios": "iPhone · iPad", "android": "Android", "desktop": "PC · Mac"}

STEPS = {
    "ios": [
        (
            "download",
            "In Safari, tap the button below and then “Allow”. The profile is downloaded.",
            "请用 Safari 打开本页，点下面的按钮，再点「允许」，下载描述文件。",
        ),
        (
            "profile",
            "Open Settings. At the top tap “Profile Downloaded”, then “Install”. (Not there? General → VPN & Device"
            " Management.)",
            "打开「设置」，点顶部的「已下载描述文件」，再点「安装」。（没有？请到 通用 → VPN 与设备管理。）",
        ),
        (
            "switch",
            "Still in Settings: General → About → Certificate Trust Settings. Turn on the switch beside “Tallyloop”."
            " Without this step the camera stays off.",
            "仍在「设置」：通用 → 关于本机 → 证书信任设置，打开「Tallyloop」旁的开关。缺少这一步，相机无法使用。",
        ),
    ],
    "android": [
        (
            "lock",
            "The phone needs a screen lock (PIN or pattern). If it has none, set one first.",
            "手机需要已设置锁屏密码（PIN 或图案）。如果没有，请先设置。",
        ),
        (
            "download",
            "Tap the button below. The file tallyloop.crt is downloaded.",
            "点下面的按钮，下载文件 tallyloop.crt。",
        ),
        (
            "settings",
            "Open Settings → Security → Encryption & credentials → Install a certificate → CA certificate → “Install"
            " anyway”, and choose tallyloop.crt. (Not found? Search the settings for “certificate”.)",
            "打开 设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书 →「仍然安装」，选择 tallyloop.crt。"
            "（找不到？请在设置中搜索「证书」。）",
        ),
    ],
    "desktop": [
        (
            "menu",
            "To set up a phone: open its camera and point it at this code. The phone has to be in the same Wi-Fi.",
            "设置手机：打开手机相机，对准此二维码。手机须连接同一 Wi-Fi。",
        ),
        (
            "screen",
            "To use this computer: download the certificate. Windows: open it → Install certificate → Trusted Root"
            " Certification Authorities. macOS: open it, then Keychain Access → Always Trust. Linux: browser settings"
            " → Certificates → Authorities → Import.",
            "使用这台电脑：下载证书。Windows：打开 → 安装证书 → 受信任的根证书颁发机构。macOS：打开后在「钥匙串访问」中"
            "选「始终信任」。Linux：浏览器设置 → 证书 → 授权机构 → 导入。",
        ),
    ],
}

INSTALL = {
    "ios": (
        "share",
        "In Safari tap Share → Add to Home Screen, and start it from there. Safari alone forgets after seven days.",
        "在 Safari 中点「共享」→「添加到主屏幕」，以后从主屏幕启动。只在 Safari 中使用，七天后数据会被清除。",
    ),
    "android": (
        "menu",
        "In Chrome tap ⋮ → Install app (or Add to Home screen), and start it from there.",
        "在 Chrome 中点 ⋮ →「安装应用」（或「添加到主屏幕」），以后从主屏幕启动。",
    ),
    "desktop": ("screen", "The address bar offers to install it as an app.", "地址栏可将其安装为应用。"),
}

SAYINGS = {
    "title": ("Set up this device", "设置此设备"),
    "why": (
        "Once, so that camera and offline work. The certificate is good for this warehouse's own network only: it"
        " cannot speak for any site on the internet.",
        "只需一次，设置后即可使用相机和离线功能。此证书只对本仓库的内部网络有效，不能冒充互联网上的任何网站。",
    ),
    "get_profile": ("Download the profile", "下载描述文件"),
    "get_certificate": ("Download the certificate", "下载证书"),
    "compare": (
        "The device shows a fingerprint. It has to be this one, which the server's terminal shows too:",
        "设备会显示指纹，应与下面及服务器终端显示的一致：",
    ),
    "test": ("Test", "测试"),
    "test_why": ("Does this device trust the server now?", "此设备现在信任服务器了吗？"),
    "testing": ("Asking …", "正在测试…"),
    "good": ("Yes, it works.", "成功，可以使用。"),
    "bad": (
        "Not yet. Do the last step above once more, then test again. Is the device in the same Wi-Fi?",
        "还不行。请再做一次上面的最后一步，然后重新测试。设备是否在同一 Wi-Fi？",
    ),
    "open": ("Open Tallyloop", "打开 Tallyloop"),
    "wechat": (
        "WeChat cannot do this. Tap ··· at the top right, then “Open in browser”.",
        "微信内无法完成设置。请点右上角 ···，选择「在浏览器打开」。",
    ),
    "moved": ("Tallyloop has a new address", "Tallyloop 已启用新地址"),
    "moved_why": (
        "With it camera and offline work. Set up this device once, then use only the new address:",
        "新地址支持相机和离线功能。请先设置此设备一次，以后只使用新地址：",
    ),
    "moved_go": ("Set up this device", "设置此设备"),
    "moved_kept": (
        "Stop: this phone still keeps scans under the old address, which the server has not got. They cannot move by"
        " themselves. Ask for the server to be started once without --lan, open this address again and send them."
        " Number of scans:",
        "请注意：此手机在旧地址下仍有未上传的扫描，不会自动转移。请让管理员先不带 --lan 启动一次服务器，"
        "再打开本地址完成上传。未上传数量：",
    ),
}


def say(language):
    """All sayings in "zh" or "en"."""
    return {name: both[language == "zh"] for name, both in SAYINGS.items()}


def steps(device, language):
    """(picture, text) of each step, and of the installing that follows the test."""
    chosen = [(picture, zh if language == "zh" else en) for picture, en, zh in [*STEPS[device], INSTALL[device]]]
    return chosen[:-1], chosen[-1]
