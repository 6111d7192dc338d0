"""What the staff's start page says about the queues."""

from django import template

from moderation.staff.reviewing import list_waiting

register = template.Library()
register.simple_tag(list_waiting)
