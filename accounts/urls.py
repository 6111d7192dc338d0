from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views


def _redirect_to(name: str) -> Callable[..., HttpResponseBase]:
    return RedirectView.as_view(pattern_name=name)


urlpatterns = [
    path("accounts/signup/", views.sign_up, name="account_signup"),
    path("accounts/3rdparty/signup/", views.sign_up_third_party, name="socialaccount_signup"),
    path("accounts/sessions/", _redirect_to("settings-security"), name="usersessions_list"),
    path("accounts/inactive/", _redirect_to("settings-standing"), name="account_inactive"),
    path("accounts/oidc/<str:provider_id>/login/", views.third_party, name="openid_connect_login"),
    path("accounts/2fa/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/download/", views.download_codes, name="mfa_download_recovery_codes"),
    path("accounts/", include("allauth.urls")),
    path("admin/login/", views.admin_login),
    path("settings/", _redirect_to("settings-safety"), name="settings"),
    path("settings/safety/", views.safety, name="settings-safety"),
    path("settings/safety/off/", views.safety_off, name="settings-safety-off"),
    path("settings/safety/birth-date/", views.set_birth_date, name="settings-birth-date"),
    path("settings/security/", views.security, name="settings-security"),
    path("settings/sign-out-elsewhere/", views.sign_out_elsewhere, name="settings-sign-out-elsewhere"),
    path("settings/standing/", views.show_standing, name="settings-standing"),
]
