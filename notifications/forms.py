"""How a person wants the notices of one group: validates, services save."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Group
from notifications.models import Timing
from notifications.queries import Wish


class WishForm(forms.Form):
    """The switches of one group; it lacks those that cannot be turned."""

    is_shown = forms.BooleanField(
        label=_("Show in StoryChat"), required=False, widget=forms.CheckboxInput(attrs={"role": "switch"})
    )
    by_mail = forms.ChoiceField(label=_("By mail"), choices=Timing.choices)

    def __init__(self, data: QueryDict | None = None, *, group: Group, wish: Wish) -> None:
        self.group = group
        self._held = wish
        initial = {"is_shown": wish.is_shown, "by_mail": wish.by_mail}
        super().__init__(data, prefix=group.code, initial=initial)
        if not group.can_hide:
            del self.fields["is_shown"]
        if not group.can_stop_mail:
            del self.fields["by_mail"]

    def wish(self) -> Wish:
        """Return what was chosen; what could not be chosen stays."""
        chosen = self.cleaned_data
        return Wish(
            is_shown=chosen.get("is_shown", self._held.is_shown),
            by_mail=Timing(chosen.get("by_mail", self._held.by_mail)),
        )
