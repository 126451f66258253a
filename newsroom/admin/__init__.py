from newsroom.admin import advertising, notice, paper

__all__ = ["advertising", "notice", "paper"]
