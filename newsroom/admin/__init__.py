from newsroom.admin import advertising, notice, page, paper

__all__ = ["advertising", "notice", "page", "paper"]
