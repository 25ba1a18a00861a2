"""Who works in the demo warehouse. Their passwords are shown on the screen, so they are worth nothing elsewhere."""

# user name, password, role, (badge, PIN) or None, name, language
LOGINS = (
    ("li", "demo-li", "staff", ("B1001", "1001"), "李明 Li Ming", "zh"),
    ("wang", "demo-wang", "staff", ("B1002", "1002"), "王芳 Wang Fang", "zh"),
    ("zhao", "demo-zhao", "staff", ("B1003", "1003"), "赵磊 Zhao Lei", "zh"),
    ("chen", "demo-chen", "supervisor", ("B2001", "2001"), "陈静 Chen Jing", "zh"),
    ("zhou", "demo-zhou", "manager", None, "周强 Zhou Qiang", "zh"),
    ("finn", "demo-finn", "finance", None, "Finn Murphy", "en"),
    ("aud", "demo-aud1", "auditor", None, "Audrey Stone", "en"),
)
PASSWORDS = {login[0]: login[1] for login in LOGINS}
