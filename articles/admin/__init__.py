from articles.admin import article, attachment, colleague, photo, pin, tag

__all__ = ["article", "attachment", "colleague", "photo", "pin", "tag"]
