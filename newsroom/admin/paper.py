from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from newsroom.admin.one_row import OneRowAdmin
from newsroom.lib import images
from newsroom.models import Link, Paper

admin.site.site_header = _("The desk")
admin.site.site_title = _("The desk")
admin.site.index_title = _("What would you like to do?")


class LinkInline(admin.StackedInline):  # in a table its fields would have no labels
    model = Link
    extra = 1


@admin.register(Paper)
class PaperAdmin(OneRowAdmin):
    inlines = [LinkInline]
    formfield_overrides = images.PICTURE_FIELDS
    fields = [
        "name",
        "tagline",
        "logo",
        "link_picture",
        "accent",
        "footer",
        "corrections_email",
        "what_changed",
        "ads_txt",
        "robots_txt",
        "security_contact",
        "security_policy",
    ]
