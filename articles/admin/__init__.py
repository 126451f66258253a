from articles.admin import article, attachment, colleague, error_report, photo, pin, tag

__all__ = ["article", "attachment", "colleague", "error_report", "photo", "pin", "tag"]
