"""The system's Chromium, and how it is started: quietly, and without what no test looks at."""

import shutil

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
# Each window would load the address bar's popups as pages of their own: half a second of processor time, for nothing.
_POPUPS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled")
# Only the last list of features counts, so what the driver itself switches off has to stand in ours too.
_DRIVERS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)

FLAGS = [
    *_QUIET.split(),
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join((*_DRIVERS, *_POPUPS))}",
]


def chromium():
    """The path of the first that is installed, None if there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)
