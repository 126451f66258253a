from newsroom.admin import notice, paper

__all__ = ["notice", "paper"]
