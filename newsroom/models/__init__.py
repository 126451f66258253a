from newsroom.models.paper import Link, Paper

__all__ = ["Link", "Paper"]
