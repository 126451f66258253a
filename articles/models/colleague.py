from django.contrib.auth.models import User


class Colleague(User):
    """Somebody at the desk, by name alone. Stories are sent to one for review."""

    class Meta:
        proxy = True
        default_permissions = ()
        ordering = ["first_name", "last_name", "username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()
