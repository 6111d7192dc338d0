"""Decisions as a file for the EU's DSA Transparency Database."""

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from moderation import statements
from moderation.models import Decision


@admin.action(description=_("Export as statements of reasons (CSV)"), permissions=["view"])
def export_statements(
    _admin: admin.ModelAdmin, _request: HttpRequest, decisions: QuerySet[Decision]
) -> StreamingHttpResponse:
    """Send the chosen decisions that restrict somebody; see moderation.statements for what is in them."""
    lines = statements.as_csv(statements.make_statements(decisions, site_url=settings.SITE_URL))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="statements-of-reasons.csv"'},
    )
