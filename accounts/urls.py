from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views import account, people, standing


def _redirect_to(name: str) -> Callable[..., HttpResponseBase]:
    return RedirectView.as_view(pattern_name=name)


urlpatterns = [
    path("accounts/signup/", account.sign_up, name="account_signup"),
    path("accounts/3rdparty/signup/", account.sign_up_third_party, name="socialaccount_signup"),
    path("accounts/sessions/", _redirect_to("settings-security"), name="usersessions_list"),
    path("accounts/inactive/", _redirect_to("settings-standing"), name="account_inactive"),
    path("accounts/oidc/<str:provider_id>/login/", account.third_party, name="openid_connect_login"),
    path("accounts/2fa/recovery-codes/", account.recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/download/", account.download_codes, name="mfa_download_recovery_codes"),
    path("accounts/", include("allauth.urls")),
    path("admin/login/", account.admin_login),
    path("settings/", _redirect_to("settings-safety"), name="settings"),
    path("settings/safety/", account.safety, name="settings-safety"),
    path("settings/safety/off/", account.safety_off, name="settings-safety-off"),
    path("settings/safety/birth-date/", account.set_birth_date, name="settings-birth-date"),
    path("settings/security/", account.security, name="settings-security"),
    path("settings/sign-out-elsewhere/", account.sign_out_elsewhere, name="settings-sign-out-elsewhere"),
    path("settings/standing/", standing.show_standing, name="settings-standing"),
    path("settings/standing/export/", standing.export_standing, name="settings-standing-export"),
    path("settings/standing/verify/", standing.verify, name="settings-verify"),
    path("settings/standing/verify/send/", standing.send_code, name="settings-verify-send"),
    path("settings/standing/verify/second-step/", standing.second_step, name="settings-verify-second-step"),
    path("settings/blocked/", people.blocked, name="settings-blocked"),
    path("people/<pid:public_id>/block/", people.block, name="person-block"),
    path("people/<pid:public_id>/unblock/", people.unblock, name="person-unblock"),
    path("people/<pid:public_id>/mute/", people.mute, name="person-mute"),
    path("people/<pid:public_id>/unmute/", people.unmute, name="person-unmute"),
]
