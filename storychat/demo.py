"""Who can sign in to the demo. The seed command makes these accounts and refuses outside the demo."""

DEMO_PASSWORD = "storychat-demo"  # noqa: S105 - printed on the screen, and only ever valid on this machine
# The kind of audit event that says: this database belongs to a demo.
SEEDED = "demo.seeded"
DEMO_LOGINS = (
    ("creator@demo.test", "makes characters"),
    ("viewer@demo.test", "finds them and chats"),
    ("moderator@demo.test", "reviews at /admin/"),
    ("support@demo.test", "answers requests"),
    ("admin@demo.test", "may do everything"),
)
