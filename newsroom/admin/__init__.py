from newsroom.admin import paper

__all__ = ["paper"]
