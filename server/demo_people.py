"""Who works in the demo warehouse. Their passwords are shown on the screen, so they are worth nothing elsewhere."""

MAIN, STORE = "WH1", "WH2"  # the demo's warehouses
# user name, password, role, (badge, PIN) or None, name, language, where
LOGINS = (
    ("li", "demo-li", "staff", ("B1001", "1001"), "李明 Li Ming", "zh", (MAIN,)),
    ("wang", "demo-wang", "staff", ("B1002", "1002"), "王芳 Wang Fang", "zh", (MAIN,)),
    ("zhao", "demo-zhao", "staff", ("B1003", "1003"), "赵磊 Zhao Lei", "zh", (MAIN,)),
    ("chen", "demo-chen", "supervisor", ("B2001", "2001"), "陈静 Chen Jing", "zh", (MAIN,)),
    ("zhou", "demo-zhou", "manager", None, "周强 Zhou Qiang", "zh", (MAIN, STORE)),
    ("finn", "demo-finn", "finance", None, "Finn Murphy", "en", (MAIN,)),
    ("aud", "demo-aud1", "auditor", None, "Audrey Stone", "en", (MAIN,)),
    ("sun", "demo-sun", "staff", ("B1101", "1101"), "孙丽 Sun Li", "zh", (STORE,)),
    ("gao", "demo-gao", "staff", ("B1102", "1102"), "高远 Gao Yuan", "zh", (STORE,)),
)
PASSWORDS = {login[0]: login[1] for login in LOGINS}
