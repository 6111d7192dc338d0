from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"

    def ready(self) -> None:
        from accounts import reasons  # noqa: PLC0415
        from policies.rules import RULES  # noqa: PLC0415

        reasons.register(
            lambda: [reasons.Reason(rule.code, rule.title, rule.explanation) for rule in RULES.values()]
        )
