"""A real Chromium, the size of a phone, against a running server: what people see and touch."""
