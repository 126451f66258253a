from articles.admin import article, attachment, photo, pin, tag

__all__ = ["article", "attachment", "photo", "pin", "tag"]
