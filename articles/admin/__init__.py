from articles.admin import article, attachment, error_report, photo, pin, tag

__all__ = ["article", "attachment", "error_report", "photo", "pin", "tag"]
