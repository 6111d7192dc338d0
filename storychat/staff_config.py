from django.contrib.admin.apps import AdminConfig


class StaffConfig(AdminConfig):
    """Django's admin with our own start page."""

    default_site = "storychat.staff_site.StaffSite"
