"""Titles for the codes that decisions and proposals keep."""

from django import template

from moderation import naming, screening, targets

register = template.Library()
register.filter("rule_title", screening.title_of)
register.filter("feature_label", naming.scope_label)
register.filter("target_label", targets.label_of)
